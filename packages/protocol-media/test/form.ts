/** One part of a form. */
export interface Part {
  readonly name: string;
  readonly value: Uint8Array;
  readonly filename?: string;
  readonly type?: string;
}

const boundary = "----WebKitFormBoundaryT4U3VeMJUOwfER55";

/** A form as a browser writes it. */
export function form(parts: readonly Part[]): { readonly body: Buffer; readonly type: string } {
  const pieces = parts.map(({ name, value, filename, type }) => {
    const file = filename === undefined ? "" : `; filename="${filename}"`;
    const typed = type === undefined ? "" : `Content-Type: ${type}\r\n`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${typed}\r\n`;
    return Buffer.concat([Buffer.from(head), value, Buffer.from("\r\n")]);
  });
  return {
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
