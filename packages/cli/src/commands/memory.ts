/** `tessera memory`: shows what takes the memory of the tiles. */

import { availableParallelism } from 'node:os';
import {
  type CompileOptions,
  frontEnd,
  type MemoryPicture,
  memoryTables,
  type Plan,
  pictureOf,
  placeOf,
  planFront,
  stages,
  storedInEach,
  tryPlan,
} from '@tessera-dnn/compiler';
import type { Outcome, Source } from '@tessera-dnn/diagnostics';
import { type DrawnMemory, explore, memoryJson, memorySvg } from '@tessera-dnn/explorer';
import { reportHtml } from '@tessera-dnn/explorer/node';
import { type Command, Option } from 'commander';
import type { Code } from '../explain/catalogue.ts';
import { readProgram } from '../files/model.ts';
import { writeWhole } from '../files/write.ts';
import { addCompileFlags, addMemoryFlags, type CompileFlags, compileOptionsOf } from '../flags/compile.ts';
import { refuseReplacing } from '../flags/replacing.ts';
import { wholeNumber } from '../flags/values.ts';
import { findRepairs } from '../repair/find.ts';
import { type ExitCode, failed, type Session } from '../session.ts';
import { memoryText } from '../show/memory.ts';
import { frontJson, frontText } from '../show/memory-front.ts';
import { memoryPictureText } from '../show/memory-picture.ts';
import { precisionsJson, precisionsText } from '../show/memory-precisions.ts';
import { memoryTablesText } from '../show/memory-table.ts';
import { showProgress } from '../show/progress.ts';
import { repairsJson, repairsText } from '../show/repairs.ts';
import { type ImportedFile, recording } from '../sweep/job.ts';
import { jobOf } from '../sweep/points.ts';

interface Flags extends CompileFlags {
  readonly tile?: number;
  readonly svg?: string;
  readonly html?: string;
  readonly precisions?: boolean;
  readonly repair?: boolean;
  readonly front?: boolean;
  readonly json?: boolean;
}

/** Adds the command `memory` to `program`. A tile that the chip does not have ends with `no-such-tile`. */
export function addMemory(program: Command, session: Session): void {
  const command = program
    .command('memory')
    .summary('show where the memory goes')
    .description(
      'Shows where the memory goes: what the fullest tile and all tiles together hold, and at which moment the tile is fullest.',
    )
    .argument('<file.dnn|file.onnx>')
    .option('--tile <n>', 'look at this tile instead of the fullest', wholeNumber)
    .option('--svg <file>', 'draw that tile’s memory over time, as a picture')
    .option('--html <file>', 'a page to look around in: all tiles, all phases, whether or not it fits')
    .addOption(
      new Option('--precisions', 'the program as stored in f32, f16 and bf16, side by side').conflicts([
        'precision',
        'tile',
        'svg',
        'html',
      ]),
    )
    .addOption(
      new Option('--repair', 'if it does not fit: changes that were planned and do').conflicts([
        'precisions',
        'tile',
        'svg',
        'html',
      ]),
    )
    .addOption(
      new Option('--front', 'all plans that no other beats in bytes and cycles').conflicts([
        'precisions',
        'repair',
        'tile',
        'svg',
        'html',
        'memory',
        'cycles',
      ]),
    )
    .option('--json', 'all of it, tile by tile, as JSON');
  addMemoryFlags(addCompileFlags(command)).action(async (file: string, flags: Flags) => {
    const needed = [file, flags.chip].filter(name => name !== undefined);
    refuseReplacing(command, session.io, '--svg', flags.svg, needed);
    refuseReplacing(command, session.io, '--html', flags.html, [...needed, ...(flags.svg ? [flags.svg] : [])]);
    session.exitCode = await (flags.repair ? runRepair : runMemory)(session, file, flags);
  });
}

async function runMemory(session: Session, file: string, flags: Flags): Promise<ExitCode> {
  const source = readProgram(session.io, file, flags);
  if (!source.ok) return session.fail(source.diagnostics, flags.json);
  const options = compileOptionsOf(session.io, source.value, flags);
  if (!options.ok) return session.fail(options.diagnostics, flags.json);
  if (flags.precisions) return runPrecisions(session, source.value, options, flags.json);
  if (flags.front) return runFront(session, source.value, options, flags.json);
  const { tiles } = options.value.chip!;
  if (flags.tile !== undefined && flags.tile >= tiles) {
    const range = tiles === 1 ? 'only tile 0' : `tiles 0 to ${tiles - 1}`;
    return session.fail(failed('no-such-tile', `the chip has ${range}, no tile ${flags.tile}`).diagnostics, flags.json);
  }
  const tables = memoryTables(source.value, options.value);
  if (!tables.ok) return session.fail([...options.diagnostics, ...tables.diagnostics], flags.json);
  // Printed before anything is placed: one wants to see this table above all when the program does not fit.
  if (!flags.json) session.print(`${memoryTablesText(tables.value, session.paint)}\n\n`);
  const progress = showProgress(session.io.err, stages);
  const { outcome: planned, placed } = tryPlan(source.value, { ...options.value, after: progress.after }, 'with-hints');
  progress.end();
  const diagnostics = [...options.diagnostics, ...planned.diagnostics];
  if (flags.html !== undefined && placed) {
    const page = await reportHtml(explore(placed, tables.value, diagnostics));
    const written = writeWhole(session.io, flags.html, page);
    if (!written.ok) return session.fail([...diagnostics, ...written.diagnostics], flags.json);
  }
  if (!planned.ok) return session.fail(diagnostics, flags.json);
  if (flags.json) session.printJson(memoryJson(planned.value, tables.value, diagnostics));
  else {
    session.report(diagnostics);
    session.print(memoryText(planned.value, session.paint, flags.tile));
  }
  return draw(session, planned.value, flags);
}

/** Shows what makes a program fit. It exits with 1 where it does not fit and nothing helps. */
async function runRepair(session: Session, file: string, flags: Flags): Promise<ExitCode> {
  const source = readProgram(session.io, file, flags);
  if (!source.ok) return session.fail(source.diagnostics, flags.json);
  const options = compileOptionsOf(session.io, source.value, flags);
  if (!options.ok) return session.fail(options.diagnostics, flags.json);
  const imports: ImportedFile[] = [];
  const load = options.value.load && recording(options.value.load, imports);
  const seen = frontEnd(source.value, { ...options.value, load });
  const diagnostics = [...options.diagnostics, ...seen.diagnostics];
  if (!seen.ok) return session.fail(diagnostics, flags.json);
  const job = jobOf(source.value, imports, options.value);
  const found = await findRepairs(job, availableParallelism());
  const { now, repairs } = found;
  if (now.kind === 'refused') return session.fail(failed(now.code as Code, now.message).diagnostics, flags.json);
  if (flags.json) session.printJson(repairsJson(found, job));
  else {
    session.report(diagnostics);
    session.print(repairsText(found, job, session.paint));
  }
  return now.kind === 'fits' || repairs.length > 0 ? 0 : 1;
}

/** Shows the program in every precision. That it does not fit in one of them is part of the answer, and no error. */
function runPrecisions(
  session: Session,
  source: Source,
  { value: options, diagnostics }: Outcome<CompileOptions> & { readonly ok: true },
  json = false,
): ExitCode {
  const progress = showProgress(session.io.err, stages);
  const each = storedInEach(source, { ...options, after: progress.after });
  progress.end();
  if (!each.ok) return session.fail([...diagnostics, ...each.diagnostics], json);
  const chip = options.chip!;
  if (json) session.printJson(precisionsJson(each.value, source.name, chip, diagnostics));
  else {
    session.report(diagnostics);
    session.print(precisionsText(each.value, source.name, chip, session.paint));
  }
  return 0;
}

/** Shows the plans that `--memory` and `--cycles` can mean. */
function runFront(
  session: Session,
  source: Source,
  { value: options, diagnostics: before }: Outcome<CompileOptions> & { readonly ok: true },
  json = false,
): ExitCode {
  const progress = showProgress(session.io.err, stages);
  const front = planFront(source, { ...options, after: progress.after });
  progress.end();
  const diagnostics = [...before, ...front.diagnostics];
  if (!front.ok) return session.fail(diagnostics, json);
  const chip = options.chip!;
  if (json) session.printJson(frontJson(front.value, source.name, chip, diagnostics));
  else {
    session.report(diagnostics);
    session.print(frontText(front.value, source.name, chip, session.paint));
  }
  return 0;
}

/** Draws the tile's memory on the terminal, and into a file if `--svg` names one. */
function draw(session: Session, planned: Plan, { tile = planned.report.peak.tile, svg, json }: Flags): ExitCode {
  const picture = pictureOf(planned, tile);
  if (!json && picture.boxes.length > 0) session.print(`\n${memoryPictureText(picture, session.paint)}`);
  if (svg === undefined) return 0;
  const written = writeWhole(session.io, svg, memorySvg(drawnOf(picture), planned.source.name));
  return written.ok ? 0 : session.report(written.diagnostics);
}

/** The picture with the lines of its boxes as they are written. */
function drawnOf(picture: MemoryPicture): DrawnMemory {
  const boxes = picture.boxes.map(box => {
    const place = placeOf(box.origin);
    return { ...box, place: place && `${place.file}:${place.line}` };
  });
  return { ...picture, boxes };
}
