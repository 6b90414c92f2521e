/**
 * Pairs of lowercase ASCII letters that are not one token in both o200k_base and cl100k_base. Every other pair of
 * lowercase letters, and every letter after a space, is one token in both; the test recomputes this from the vocabularies.
 */
export const rareLetterPairs: ReadonlySet<string> = new Set(
  ("bq fj fz gj gk gq hj jg jv jw jx jy jz kq kx kz lq mz nq oq qf qg qj qk qo qv qy qz rj tj tq uq vq vz wq wv wz " +
    "xg xh xj xk xq xu xv xw yf yj yq yv zg zj zq zr zv").split(" "),
);
