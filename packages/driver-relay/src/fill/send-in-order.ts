import type { Cell } from "../grid/grid.js";
import { cellOf, type RelayUpload } from "../relay-upload.js";
import { compose } from "./compose.js";
import { fillIfFull } from "./fill-once.js";
import { takeLease } from "./lease.js";
import { readFill } from "./notes.js";

/** One after the other in this process, whatever each of them ends with. */
export function inLine<Value>({ epoch: { line } }: RelayUpload, work: () => Promise<Value>): Promise<Value> {
  line.senders++;
  const turn = line.tail.then(work).finally(() => line.senders--);
  line.tail = turn.catch(() => {});
  return turn;
}

/** Sends the cells that are next and full. Where another process is at it, or dies at it, others go on later. */
export function sendInOrder(upload: RelayUpload): Promise<void> {
  return inLine(upload, async () => {
    const next = nextCell(upload);
    // Looked at before a lease is taken, which costs some notes.
    if (next === null || !(await isReady(upload, next))) return;
    const lease = await takeLease(upload);
    if (lease === null) return;
    try {
      while (await sendNext(upload));
    } finally {
      await lease.release();
    }
  });
}

/** `null`: all is sent, or the upload is over. */
function nextCell(upload: RelayUpload): Cell | null {
  const { here, epoch, target } = upload;
  const { line } = epoch;
  const isAllSent = target.size !== null && line.sent >= target.size;
  return here.ended || isAllSent ? null : cellOf(upload, line.sent);
}

async function isReady({ shelf, handle }: RelayUpload, cell: Cell): Promise<boolean> {
  if ((await readFill(shelf, handle.epoch, cell.index)) !== null) return true;
  const listed = await shelf.pieces(cell.index);
  return (
    compose(
      cell,
      listed.filter(({ settled }) => settled),
    ) !== null
  );
}

async function sendNext(upload: RelayUpload): Promise<boolean> {
  const { epoch, handle, shelf } = upload;
  const cell = nextCell(upload);
  if (cell === null) return false;
  const isSent = (await readFill(shelf, handle.epoch, cell.index)) !== null || (await fillIfFull(upload, cell));
  if (!isSent) return false;
  epoch.line.sent = cell.end;
  epoch.line.behind = Math.max(0, epoch.line.behind - (cell.end - cell.start));
  return true;
}
