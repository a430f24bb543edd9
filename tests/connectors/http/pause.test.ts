import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MOST_AFTER_STOP_MS, type Sleep, waitedOut } from "../../../lib/connectors/httpPause.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** By the clock of the test; a wait that is broken off throws. */
const sleep: Sleep = (ms, signal) =>
  new Promise((done, fail) => {
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(new Error("broken off"));
    });
  });

describe("a wait before a call is sent again", () => {
  it("is waited to its end where nobody is told to stop", async () => {
    const waited = waitedOut(60_000, new AbortController().signal, sleep);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await waited).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends soon after somebody is told to stop in the middle of it, and leaves nothing that would keep a process", async () => {
    const stop = new AbortController();
    const waited = waitedOut(60_000, stop.signal, sleep);
    await vi.advanceTimersByTimeAsync(10_000);
    stop.abort();
    await vi.advanceTimersByTimeAsync(MOST_AFTER_STOP_MS);
    expect(await waited).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not begun by whoever has been told to stop, unless it is over soon", async () => {
    const told = AbortSignal.abort();
    expect(await waitedOut(MOST_AFTER_STOP_MS + 1, told, sleep)).toBe(false);
    const short = waitedOut(MOST_AFTER_STOP_MS, told, sleep);
    await vi.advanceTimersByTimeAsync(MOST_AFTER_STOP_MS);
    expect(await short).toBe(true);
  });

  it("throws what the sleeping itself throws", async () => {
    await expect(waitedOut(1, undefined, () => Promise.reject(new Error("no clock")))).rejects.toThrow("no clock");
  });
});
