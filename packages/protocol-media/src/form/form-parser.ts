import { Busboy } from "@fastify/busboy";
import type { BusboyFileStream } from "@fastify/busboy";
import { UploadError } from "@stowage/core";
import { badRequest } from "../wire/bad-request.js";

/** A form, read to its end. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: FormFile | null;
}

/** The one part with bytes. */
export interface FormFile {
  readonly field: string;
  /** As the client gave it, without folders; `null`: it gave none. */
  readonly name: string | null;
  readonly bytes: Uint8Array;
}

/** What a form may hold. */
export interface FormRules {
  /** Parts that are taken as bytes, whatever their headers say. */
  readonly fileFields: readonly string[];
  /** Bytes that the file part must have; 0: none is taken. */
  readonly fileSize: number;
}

/** Takes a form piece by piece. After it threw once it is of no use. */
export interface FormParser {
  /** Resolves when the piece is parsed. @throws {UploadError} `OPTIONS_INVALID`, `CHUNK_SIZE_MISMATCH` */
  feed(piece: Uint8Array): Promise<void>;
  /** No more comes. @throws {UploadError} `OPTIONS_INVALID`, `CHUNK_SIZE_MISMATCH` */
  end(): Promise<Form>;
}

const limits = {
  fieldNameSize: 100,
  fieldSize: 1024,
  fields: 16,
  files: 2,
  parts: 20,
  headerPairs: 20,
  headerSize: 8192,
};

/** Parses `multipart/form-data`; holds `fileSize` bytes and a few short fields. */
export function formParser(boundary: string, rules: FormRules): FormParser {
  let failure: UploadError | null = null;
  let wake: (error: UploadError) => void = () => {};
  const fail = (error: UploadError): void => {
    failure ??= error;
    wake(failure);
  };
  const settled = (start: (done: () => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      wake = reject;
      if (failure === null) start(() => (failure === null ? resolve() : reject(failure)));
      else reject(failure);
    });
  const busboy = new Busboy({
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
    limits,
    isPartAFile: (field, _, name) => rules.fileFields.includes(field ?? "") || name !== undefined,
  });
  const held = holder(rules, fail);
  const fields = new Map<string, string>();
  busboy.on("file", held.take);
  busboy.on("field", (name: string | undefined, value: string, _: boolean, isCut: boolean) => {
    if (isCut) fail(badRequest(`${shown(name)}: over ${limits.fieldSize} bytes`));
    if (name === undefined) return;
    if (fields.has(name)) fail(badRequest(`${shown(name)}: comes twice`));
    fields.set(name, value);
  });
  busboy.on("error", () => fail(malformed()));
  for (const event of ["partsLimit", "filesLimit", "fieldsLimit"] as const)
    busboy.on(event, () => fail(badRequest("body: too many parts")));
  return {
    feed: (piece) => settled((done) => patiently((over) => void busboy.write(piece, over), done, done)),
    end: async () => {
      const stuck = (): void => fail(malformed());
      await settled((done) => patiently((over) => void busboy.once("finish", over).end(), done, stuck));
      return { fields, file: held.file() };
    },
  };
}

/**
 * Busboy never calls back where a form ends in the middle of a write without having had a part (a boundary is followed by two
 * dashes). It parses on the spot, with no more than `process.nextTick` in between, so what has not come by then never comes:
 * at a piece one goes on, at the end the form was none.
 */
function patiently(start: (over: () => void) => void, done: () => void, late: () => void, turns = 4): void {
  let isOver = false;
  const wait = (left: number): void => {
    if (isOver) return;
    if (left === 0) late();
    else setImmediate(wait, left - 1);
  };
  start(() => {
    isOver = true;
    done();
  });
  wait(turns);
}

function malformed(): UploadError {
  return badRequest("body: the form breaks off or is malformed");
}

interface Holder {
  readonly take: (field: string, stream: BusboyFileStream, name: string | undefined) => void;
  /** `null`: none came. */
  readonly file: () => FormFile | null;
}

/** Holds the bytes of the one file part. */
function holder({ fileFields, fileSize }: FormRules, fail: (error: UploadError) => void): Holder {
  let found: FormFile | null = null;
  let count = 0;
  const mismatch = (actual: number): UploadError =>
    new UploadError("CHUNK_SIZE_MISMATCH", `got ${actual} of ${fileSize} bytes`, {
      offset: 0,
      expected: fileSize,
      actual,
    });
  return {
    take: (field, stream, name) => {
      stream.on("error", () => fail(malformed()));
      const isMine = found === null && fileFields.includes(field) && fileSize > 0;
      if (!isMine) fail(badRequest(found === null ? `${shown(field)}: no file is taken here` : "body: two files"));
      const bytes = new Uint8Array(isMine ? fileSize : 0);
      if (isMine) found = { field, name: name === undefined || name === "" ? null : name, bytes };
      stream.on("data", (piece: Uint8Array) => {
        if (!isMine) return;
        if (count + piece.byteLength > fileSize) return fail(mismatch(count + piece.byteLength));
        bytes.set(piece, count);
        count += piece.byteLength;
      });
    },
    file: () => {
      if (found !== null && count < fileSize) throw mismatch(count);
      return found;
    },
  };
}

/** A field's name as an issue shows it. */
function shown(name: string | undefined): string {
  return (name ?? "").replaceAll(/[^\w.-]/g, "?").slice(0, 64) || "body";
}
