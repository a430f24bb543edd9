// The words the rooms of the imitated ServiceNow share: a row, a column, a refusal. Holds no content.

/** Everything stored is text, as on the wire (sheet §5); a missing key and "" are the same. */
export type Row = Readonly<Record<string, string>>;

export interface Column {
  readonly name: string;
  /** The table that defines it. */
  readonly table: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly mandatory: boolean;
  readonly readOnly: boolean;
  /** Target table of references and lists; "" where there is none. */
  readonly reference: string;
  /** The column of the target that references hold, "sys_id" but for a few of the dictionary's own. */
  readonly key: string;
  /** "0" none, "1" with none, "2" suggestion, "3" without none. */
  readonly choice: string;
  readonly byDefault: string;
  readonly display: boolean;
  readonly unique: boolean;
  readonly dependsOn: string;
}

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly dependentValue: string;
  readonly sequence: number;
}

/** A refusal in the vendor's form (sheet §13). */
export class SnowError extends Error {
  readonly status: number;
  readonly detail: string | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, detail: string | null = null, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

export const noRecord = (): SnowError => new SnowError(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval");
export const operationFailed = (detail: string, status = 403): SnowError => new SnowError(status, "Operation Failed", detail);
export const badRequest = (message: string, detail: string | null = null): SnowError => new SnowError(400, message, detail);

export const errorBody = (message: string, detail: string | null): unknown => ({ error: { message, detail }, status: "failure" });

export const NUMERIC: ReadonlySet<string> = new Set(["integer", "longint", "decimal", "float", "numeric", "percent_complete", "order_index", "auto_increment", "integer_date"]);
export const MOMENTS: ReadonlySet<string> = new Set(["glide_date_time", "due_date", "calendar_date_time", "datetime"]);
export const DURATIONS: ReadonlySet<string> = new Set(["glide_duration", "timer"]);
export const JOURNALS: ReadonlySet<string> = new Set(["journal", "journal_input", "journal_list"]);
export const MONEY: ReadonlySet<string> = new Set(["currency", "currency2", "price"]);

export const isReference = (column: Column): boolean => column.type === "reference" && column.reference !== "";

export const isSysId = (text: string): boolean => /^[0-9a-f]{32}$/i.test(text);

export const truthy = (text: string | undefined): boolean => text === "true" || text === "1" || text === "yes";
