/* What one can do to a second: Bend.bend(samples, how, rate), where `how` begins as Bend.none(). */
"use strict";

const Bend = (() => {
  const MAINS = 50; // Hz, in Europe; 60 in America

  const none = () => ({
    ...{ louder: 1, upsideDown: false, backwards: false, slower: 1, hum: 0, noise: 0 },
    ...{ cutAt: 0.5, cutLength: 0, pullAt: 0.5, pullBy: 0, pullWidth: 0.1 },
  });

  /** The same noise each time, so that only what is moved changes. */
  function noiseOf(n) {
    const random = new RecurrentEngine.Random(1);
    return Float64Array.from({ length: n }, () => random.normal());
  }

  /** Times are in seconds; what is cut out is zero. */
  function bend(samples, how, rate) {
    const n = samples.length;
    const noise = noiseOf(n);
    return Float64Array.from({ length: n }, (_, i) => {
      const time = i / rate;
      if (time >= how.cutAt && time < how.cutAt + how.cutLength) return 0;
      const from = (how.backwards ? n - 1 - i : i) / how.slower;
      const k = Math.min(n - 2, Math.floor(from));
      const value = samples[k] + (from - k) * (samples[k + 1] - samples[k]);
      return (
        how.louder * (how.upsideDown ? -value : value) +
        how.pullBy * Math.exp(-(((time - how.pullAt) / how.pullWidth) ** 2) / 2) +
        how.hum * Math.sin(2 * Math.PI * MAINS * time) +
        how.noise * noise[i]
      );
    });
  }

  return { none, bend };
})();
