import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { speedMeter } from "../../src/terminal/speed-meter.js";

test("an even speed is told as it is, whatever the steps", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1_000_000 }),
      fc.array(fc.integer({ min: 60, max: 900 }), { minLength: 20, maxLength: 60 }),
      (perMs, steps) => {
        const meter = speedMeter();
        let now = 0;
        meter.add(0, 0);
        for (const step of steps) {
          now += step;
          meter.add(now * perMs, now);
        }
        expect(meter.speed(now)).toBeCloseTo(perMs * 1000, 3);
      },
    ),
  );
});

test("it is never negative, and never faster than the fastest moment", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 60, max: 3000 }), fc.integer({ min: 0, max: 1_000_000 })), { minLength: 1 }),
      (steps) => {
        const meter = speedMeter();
        let [now, total, fastest] = [0, 0, 0];
        meter.add(0, 0);
        for (const [ms, bytes] of steps) {
          now += ms;
          total += bytes;
          fastest = Math.max(fastest, (bytes / ms) * 1000);
          meter.add(total, now);
          const speed = meter.speed(now) ?? 0;
          expect(speed).toBeGreaterThanOrEqual(0);
          expect(speed).toBeLessThanOrEqual(fastest + 1e-6);
        }
      },
    ),
  );
});

test("nothing is told at the beginning, and a line that stands still falls to nothing", () => {
  const meter = speedMeter();
  expect(meter.speed(0)).toBeNull();
  meter.add(0, 0);
  meter.add(1000, 100);
  expect(meter.speed(200)).toBeNull();
  meter.add(5000, 1000);
  expect(meter.speed(1000)).toBe(5000);
  expect(meter.speed(2000)).toBe(2500);
  expect(meter.speed(7000)).toBe(0);
});
