// Sizes for people. Pure.

const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** 0 bytes · 812 bytes · 8.2 kB · 1.4 GB */
export const sizeText = (bytes: number): string => {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step] ?? ""}`;
};
