import http from "node:http";
import zlib from "node:zlib";
const J = (b: Buffer): any => { try { return JSON.parse(b.toString("utf8")); } catch { return undefined; } };
const walk = (v: any, f: (o: any, p: string[]) => any, p: string[] = []): any => Array.isArray(v) ? v.map((x) => walk(x, f, p)) : typeof v === "object" && v !== null ? f(Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x, f, [...p, k])])), p) : v;
const omit = (o: any, names: string[]) => Object.fromEntries(Object.entries(o).filter(([k]) => !names.includes(k)));
const open: http.Server[] = [];
export const proxied = async (target: string, system: string, profile: string): Promise<string> => {
  const t = new URL(target); let n = 0;
  const server = http.createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on("data", (c) => parts.push(c)); req.on("end", () => {
      n++; const i = n; let url = req.url ?? "/"; let body = Buffer.concat(parts); const raw: string[] = []; for (let k = 0; k < req.rawHeaders.length; k += 2) if (!/^(content-length|transfer-encoding|connection)$/i.test(req.rawHeaders[k]!)) raw.push(req.rawHeaders[k]!, req.rawHeaders[k + 1]!);
      const isRead = req.method === "GET" && !/_sandbox/.test(url);
      if (profile === "hiccup") {
        if (isRead && i % 9 === 0) { res.writeHead(503, { "content-type": "text/html", "retry-after": "0" }); return void res.end("<html>busy</html>"); }
        if (i % 13 === 0) { res.writeHead(429, { "content-type": "text/html", "retry-after": "0" }); return void res.end("<html>slow down</html>"); }
        if (isRead && i % 17 === 0) return void req.socket.destroy();
        if (isRead && i % 19 === 0) { res.writeHead(502, { "content-type": "text/html" }); return void res.end("<html>bad gateway</html>"); }
      }
      if (profile === "pages") {
        if (system === "sn") url = url.replace(/sysparm_limit=(\d+)/, (_m, d) => `sysparm_limit=${Math.min(Number(d), 3)}`);
        if (system === "alm") url = url.replace(/page-size=(\d+)/, (_m, d) => `page-size=${Math.min(Number(d), 3)}`);
        if (system === "ado") { url = url.replace(/(%24|\$)top=(\d+)/, (m, a, d) => (/wiql/.test(url) ? m : `${a}top=${Math.min(Number(d), 2)}`)); if (/reporting\/workitemrevisions/.test(url)) url += "&$maxPageSize=2"; }
      }
      const q = http.request({ host: t.hostname, port: t.port, method: req.method, path: url, headers: raw as never, setHost: false }, (r) => {
        const c: Buffer[] = []; r.on("data", (d) => c.push(d)); r.on("end", () => {
          let out = Buffer.concat(c); const headers: [string, string][] = []; for (let k = 0; k < r.rawHeaders.length; k += 2) headers.push([r.rawHeaders[k]!, r.rawHeaders[k + 1]!]);
          let hs = headers.filter(([k]) => !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(k)); const type = String(r.headers["content-type"] ?? "");
          const json = /json/.test(type) ? J(out) : undefined; let next = json; const ok = (r.statusCode ?? 0) < 400;
          if (json !== undefined && profile === "noise") next = walk(json, (o, p) => (p.includes("fields") || p.includes("customProperties") || p.includes("transitions") || p.includes("multilineFieldsFormat") || (system === "sn" && p.at(-1) === "result") ? Object.fromEntries(Object.entries(o).reverse()) : { "x-new": { a: [1] }, "Zz": null, ...Object.fromEntries(Object.entries(o).reverse()) }));
          if (profile === "noise") hs = hs.map(([k, v]) => [i % 2 ? k.toUpperCase() : k.toLowerCase(), v]);
          if (json !== undefined && profile === "absent" && ok) {
            if (system === "ado") next = walk(json, (o) => { let x = omit(o, ["_links", "imageUrl", "descriptor", "commentVersionRef", "count", "totalCount", "subjectDescriptor", "resourceVersion", "metaTypeId", "isLocked", "isActive", "revision", "visibility", "colour", "color", "icon", "description", "helpText", "authorizedDate", "renderedText", ...(typeof o.fields === "object" ? ["url"] : [])]); if (o.isLastBatch !== undefined) x = omit(x, [i % 2 ? "nextLink" : "continuationToken"]); return x; });
            if (system === "sn") { next = walk(json, (o) => omit(o, ["sys_tags", "sys_domain", "sys_domain_path", "link", "hash", "image_width", "image_height", "average_image_color", "chunk_size_bytes", "encryption_context", "state_x"])); hs = hs.filter(([k]) => !/^link$/i.test(k)); }
          }
          if (json !== undefined && profile === "nulls" && ok && system === "ado") next = walk(json, (o) => (o.rel !== undefined && o.attributes ? { ...o, attributes: { ...o.attributes, comment: o.attributes.comment ?? null } } : o.referenceName !== undefined && o.type !== undefined ? { ...o, picklistId: null, description: null } : o.structureType !== undefined ? { ...o, children: o.children ?? null, attributes: o.attributes ?? null } : o.isLastBatch !== undefined ? { ...o } : o.id !== undefined && o.fields !== undefined ? { relations: null, _links: null, commentVersionRef: null, multilineFieldsFormat: null, ...o } : o));
          if (json !== undefined && profile === "nocount" && system === "sn") hs = hs.filter(([k]) => !/^(link|x-total-count)$/i.test(k));
          if (/xml/.test(type) && ok) { let x = out.toString("utf8"); if (profile === "absent") { x = x.replace(/<ChildrenCount>.*?<\/ChildrenCount>/g, "").replace(/<RelatedEntities\/>/g, ""); if (req.method !== "GET") x = x.replace(/ TotalResults="\d+"/g, ""); } if (profile === "noise") x = x.replace(/<Fields><Field Name="/g, '<Later a="1"/><Fields><Field Name="zz-new"><Value>1</Value></Field><Field Name="').replace(/></g, ">\n<").replace(/<Value>\n<\/Value>/g, "<Value></Value>"); if (profile === "nulls") x = x.replace(/<Value><\/Value>/g, "<Value/>"); if (profile === "nocount" && req.method === "GET") x = x.replace(/ TotalResults="\d+"/g, ""); out = Buffer.from(x); }
          if (next !== undefined && next !== json) out = Buffer.from(JSON.stringify(next));
          if (profile === "noise" && /gzip/.test(String(req.headers["accept-encoding"] ?? "")) && out.length > 0) { out = zlib.gzipSync(out); hs.push(["Content-Encoding", "gzip"]); }
          res.writeHead(r.statusCode ?? 500, r.statusMessage, hs.flat() as never);
          if (profile === "noise" && out.length > 10) { res.write(out.subarray(0, 5)); res.end(out.subarray(5)); } else res.end(out);
        });
      });
      q.on("error", () => req.socket.destroy()); q.end(body);
    });
  });
  open.push(server); await new Promise<void>((r) => server.listen(0, "127.0.0.1", r)); server.unref();
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};
