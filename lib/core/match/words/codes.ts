// The small letters of the alphabet by their numbers, for what looks at a word letter by letter.

export const A = 0x61;
export const B = 0x62;
export const C = 0x63;
export const D = 0x64;
export const E = 0x65;
export const F = 0x66;
export const G = 0x67;
export const H = 0x68;
export const I = 0x69;
export const J = 0x6a;
export const K = 0x6b;
export const L = 0x6c;
export const M = 0x6d;
export const N = 0x6e;
export const O = 0x6f;
export const P = 0x70;
export const Q = 0x71;
export const R = 0x72;
export const S = 0x73;
export const T = 0x74;
export const U = 0x75;
export const V = 0x76;
export const W = 0x77;
export const X = 0x78;
export const Y = 0x79;
export const Z = 0x7a;
