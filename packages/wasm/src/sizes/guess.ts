/**
 * How many bytes of WebAssembly a kernel becomes, guessed without compiling it: a sum over its instructions.
 *
 * The numbers are those with the least squares of relative errors over 1,761 codelets: those of LeNet, an MLP, DS-CNN, an LSTM, ResNet-8 and an
 * autoencoder with their trainings, in f32 and bf16, for the chips `tiny` and `gc2`, as Binaryen makes them. A single codelet is guessed with an
 * error of 5 % on the average, all those of a program together with one of 3 % at most; a test holds them against these bounds.
 */
import { blocksOf, type Instruction, isVector, type KernelCode, type MemoryElement } from '@tessera-dnn/graph/kernel';

/** The bytes of the codelet, its size prefix included. */
export function guessedBytes(code: KernelCode): number {
  return Math.round(code.fields * bytesOfField + sumOf(code.instructions));
}

/** A field is read once, and kept in a local. */
const bytesOfField = 7.65;

function sumOf(instructions: readonly Instruction[]): number {
  return instructions.reduce(
    (sum, instruction) =>
      sum + bytesOf(instruction) + blocksOf(instruction).reduce((all, block) => all + sumOf(block), 0),
    0,
  );
}

/** What is nothing here is an operand where it is used, or is folded into something else. */
function bytesOf(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'address':
    case 'worker':
    case 'workers':
    case 'get':
    case 'set':
      return 0;
    case 'constant':
      return isVector(instruction.result.type) ? 20.6 : 0;
    case 'field':
      return 1.4;
    case 'unary':
      return 3.4;
    case 'binary':
      return isVector(instruction.result.type) ? 4.5 : 3.7;
    case 'ternary':
      return bytesOfTernary(instruction);
    case 'extract':
      return 0.7;
    case 'replace':
      return 5.6;
    case 'shuffle':
    case 'zip':
      return 19.7;
    case 'load':
      return bytesOfLoad(instruction);
    case 'store':
      return bytesOfStore(instruction);
    case 'cell':
      return isVector(instruction.cell.type) ? 4.8 : 8.2;
    case 'loop':
      return 20;
    case 'if':
      return 13.7;
  }
}

type Of<Kind extends Instruction['kind']> = Extract<Instruction, { readonly kind: Kind }>;

function bytesOfTernary({ code, result }: Of<'ternary'>): number {
  const isOfFour = isVector(result.type);
  if (code === 'select') return isOfFour ? 2 : 11.4;
  return isOfFour ? 8.7 : 11.3;
}

function bytesOfLoad({ element, result, splat }: Of<'load'>): number {
  if (!isConverted(element)) return splat ? 3 : isVector(result.type) ? 6.5 : 4;
  return splat ? 4.1 : isVector(result.type) ? 12.1 : 9.4;
}

function bytesOfStore({ element, value, lane }: Of<'store'>): number {
  if (lane !== undefined) return isConverted(element) ? 48.7 : 8.3;
  if (!isConverted(element)) return isVector(value.type) ? 9.5 : 7.1;
  // To round takes many instructions.
  return isVector(value.type) ? 72.9 : 68;
}

/** Whether memory holds it in fewer bits than registers, so that it is widened and rounded. */
function isConverted(element: MemoryElement): boolean {
  return ['f16', 'bf16', 'i8', 'u8'].includes(element);
}
