/** Deep Q-learning: a paddle learns to catch a ball that falls through ten rows, from what it is told when the ball is down. */
import type { Chip } from '@tessera-dnn/chip';
import { orQuit } from '../digits/outcome.ts';
import { chipOf, type Learned, largest, repeat } from './learn.ts';
import { randomNumbers } from './random.ts';

const [rows, columns] = [10, 5];
const batch = 32;
const remembered = 5000;

interface Game {
  readonly ball: { readonly row: number; readonly column: number };
  readonly paddle: number;
}

interface Moment {
  readonly board: Float32Array;
  readonly move: number;
  readonly reward: number;
  readonly next: Float32Array;
  readonly goesOn: boolean;
}

/** Plays and learns for so many steps; then plays a thousand games. `caught` is the share of balls that it catches. */
export async function playCatch(steps: number): Promise<Learned & { readonly caught: number }> {
  const chip = await chipOf('catch');
  const random = randomNumbers(7);
  console.log('A paddle learns to catch a ball (DQN).');
  const memory: Moment[] = [];
  let game = begin(random);
  const learned = repeat(steps, step => {
    const curiosity = Math.max(0.05, 1 - (2 * step) / steps);
    const move = random() < curiosity ? Math.floor(random() * 3) : best(chip, game);
    const { next, reward } = play(game, move);
    const goesOn = reward === 0;
    memory[step % remembered] = { board: boardOf(game), move, reward, next: boardOf(next), goesOn };
    game = goesOn ? next : begin(random);
    const moments = Array.from({ length: batch }, () => memory[Math.floor(random() * memory.length)]);
    return orQuit(chip.run('fit', together(moments)))['loss'][0];
  });
  const games = 1000;
  let caught = 0;
  for (let i = 0; i < games; i++) if (isCaught(chip, begin(random))) caught++;
  console.log(`It catches ${caught} of ${games} balls; one that moves at random catches about one in four.`);
  return { ...learned, caught: caught / games };
}

function begin(random: () => number): Game {
  return { ball: { row: 0, column: Math.floor(random() * columns) }, paddle: Math.floor(columns / 2) };
}

/** Moves 0, 1 and 2 go left, stay and go right. The reward is 1 or -1 when the ball is down, and 0 before. */
function play({ ball, paddle }: Game, move: number): { readonly next: Game; readonly reward: number } {
  const next = {
    ball: { row: ball.row + 1, column: ball.column },
    paddle: Math.min(columns - 1, Math.max(0, paddle + move - 1)),
  };
  if (next.ball.row < rows - 1) return { next, reward: 0 };
  return { next, reward: next.paddle === ball.column ? 1 : -1 };
}

function boardOf({ ball, paddle }: Game): Float32Array {
  const board = new Float32Array(rows * columns);
  board[ball.row * columns + ball.column] = 1;
  board[(rows - 1) * columns + paddle] = 1;
  return board;
}

function best(chip: Chip, game: Game): number {
  return largest(orQuit(chip.run('q', { board: boardOf(game) }))['output']);
}

function isCaught(chip: Chip, game: Game): boolean {
  const { next, reward } = play(game, best(chip, game));
  return reward === 0 ? isCaught(chip, next) : reward > 0;
}

/** The moments as one batch. */
function together(moments: readonly Moment[]) {
  const boards = (of: (moment: Moment) => Float32Array) => {
    const all = new Float32Array(batch * rows * columns);
    moments.forEach((moment, i) => {
      all.set(of(moment), i * rows * columns);
    });
    return all;
  };
  return {
    board: boards(({ board }) => board),
    move: Int32Array.from(moments, ({ move }) => move),
    reward: Float32Array.from(moments, ({ reward }) => reward),
    next: boards(({ next }) => next),
    goes_on: Float32Array.from(moments, ({ goesOn }) => Number(goesOn)),
  };
}
