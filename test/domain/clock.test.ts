import { describe, expect, it } from 'vitest';
import { pause, within } from '../../src/domain/clock.ts';
import { manualClock } from '../support/manual-clock.ts';

describe('within', () => {
  it('gives what the work gives, and leaves no timer behind', async () => {
    const { clock, waiting } = watched();
    expect(await within(clock, 100, Promise.resolve('done'), () => 'late')).toBe('done');
    expect(waiting()).toBe(0);
  });

  it('gives what is said when the work takes too long, and lets the work go on', async () => {
    const { clock, waiting } = watched();
    const work = Promise.withResolvers<string>();
    const result = within(clock, 100, work.promise, () => 'late');
    clock.advance(99);
    expect(waiting()).toBe(1);
    clock.advance(1);
    expect(await result).toBe('late');
    work.resolve('done all the same');
    expect(await work.promise).toBe('done all the same');
  });

  it('says nothing about work that ends in time', async () => {
    const clock = manualClock();
    let said = 0;
    await within(clock, 100, Promise.resolve(), () => {
      said += 1;
    });
    clock.advance(1_000);
    expect(said).toBe(0);
  });

  it('fails as the work fails, without a timer left behind', async () => {
    const { clock, waiting } = watched();
    const broken = within(clock, 100, Promise.reject(new Error('broken')), () => 'late');
    await expect(broken).rejects.toThrow('broken');
    expect(waiting()).toBe(0);
  });

  it('is not bothered by work that fails afterwards', async () => {
    const clock = manualClock();
    const work = Promise.withResolvers<string>();
    const result = within(clock, 100, work.promise, () => 'late');
    clock.advance(100);
    expect(await result).toBe('late');
    // A rejection that nobody handles would fail the run.
    work.reject(new Error('broken'));
  });
});

describe('pause', () => {
  it('ends when its time has passed', async () => {
    const { clock, waiting } = watched();
    const paused = pause(clock, 50);
    clock.advance(49);
    expect(waiting()).toBe(1);
    clock.advance(1);
    await paused;
    expect(waiting()).toBe(0);
  });
});

/** A clock that is moved by hand, and how many timers of it are running. */
function watched() {
  const clock = manualClock();
  const running = new Set<object>();
  const schedule: typeof clock.schedule = (delayMs, wake) => {
    const timer = {};
    running.add(timer);
    const callOff = clock.schedule(delayMs, () => {
      running.delete(timer);
      wake();
    });
    return () => {
      running.delete(timer);
      callOff();
    };
  };
  return { clock: { ...clock, schedule }, waiting: () => running.size };
}
