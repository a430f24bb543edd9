// An Http for tests of connectors that answers by hand: what a server might say, without a server. Keeps what it was asked.

import type { Http, HttpRequest, HttpResponse } from "../../lib/connectors/http.ts";
import type { DataSourceSettings } from "../../lib/connectors/connector.ts";

export interface Given {
  readonly status?: number;
  readonly headers?: HttpResponse["headers"];
  /** Sent as JSON unless it is a text. */
  readonly body?: unknown;
}

export interface Answering {
  readonly http: Http;
  readonly asked: HttpRequest[];
}

/** `answer` is asked for each request; an Error it gives is thrown. */
export const answering = (answer: (request: HttpRequest) => Given | Error, at = "2026-03-01T12:00:00.000Z"): Answering => {
  const asked: HttpRequest[] = [];
  const http: Http = {
    width: 6,
    request: async (request) => {
      asked.push(request);
      const given = answer(request);
      if (given instanceof Error) throw given;
      const { status = 200, headers = {}, body } = given;
      return { status, headers, text: body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body) };
    },
    stream: () => Promise.reject(new Error("nothing is streamed here")),
    serverClock: () => ({ at, seenAt: Date.now() }),
    calls: () => asked.length,
    close: async () => undefined,
  };
  return { http, asked };
};

export const settingsOf = (system: string, more: Partial<DataSourceSettings> = {}): DataSourceSettings => ({ name: "alm", system, url: "http://alm.example", credentials: {}, scope: {}, options: {}, network: {}, ...more });
