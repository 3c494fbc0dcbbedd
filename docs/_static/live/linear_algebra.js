/* Eigenvalues, products and the largest singular value of small matrices, (n, n), flat, row by row.

   LinearAlgebra.times(a, b, n)              their product
   LinearAlgebra.eigenvalues(matrix, n)      a list of [real, imaginary]
   LinearAlgebra.stretch(matrix, rows, n)    the most by which it stretches a vector, its spectral norm */
"use strict";

const LinearAlgebra = (() => {
  /** The same eigenvalues, and zeros below the first subdiagonal (Householder's reflections). */
  function hessenberg(matrix, n) {
    const a = Float64Array.from(matrix);
    for (let k = 0; k < n - 2; k++) {
      const v = Float64Array.from({ length: n }, (_, i) => (i > k ? a[i * n + k] : 0));
      const length = Math.hypot(...v);
      if (length === 0) continue;
      v[k + 1] += v[k + 1] < 0 ? -length : length;
      const square = v.reduce((sum, one) => sum + one * one, 0);
      for (const [row, column] of [[n, 1], [1, n]]) {
        // from the left, and from the right
        for (let j = 0; j < n; j++) {
          let along = 0;
          for (let i = k + 1; i < n; i++) along += v[i] * a[i * row + j * column];
          for (let i = k + 1; i < n; i++) a[i * row + j * column] -= (2 * along * v[i]) / square;
        }
      }
    }
    return a;
  }

  /** The eigenvalue of [[a, b], [c, d]] that is nearer to d; all are complex, [real, imaginary]. */
  function nearer(a, b, c, d) {
    const half = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
    const square = [
      half[0] ** 2 - half[1] ** 2 + b[0] * c[0] - b[1] * c[1],
      2 * half[0] * half[1] + b[0] * c[1] + b[1] * c[0],
    ];
    const size = Math.hypot(...square);
    const root = [Math.sqrt(Math.max(0, (size + square[0]) / 2)), Math.sqrt(Math.max(0, (size - square[0]) / 2))];
    if (square[1] < 0) root[1] = -root[1];
    const sign = half[0] * root[0] + half[1] * root[1] > 0 ? -1 : 1;
    return [d[0] + half[0] + sign * root[0], d[1] + half[1] + sign * root[1]];
  }

  /** The QR algorithm in complex numbers, with a shift to the nearer eigenvalue of the last two rows. */
  function eigenvalues(matrix, n) {
    const re = hessenberg(matrix, n);
    const im = new Float64Array(n * n);
    const at = (i, j) => [re[i * n + j], im[i * n + j]];
    const found = [];
    for (let m = n - 1, tries = 0; m >= 0; tries++) {
      if (m > 0 && tries < 500) {
        const below = Math.hypot(...at(m, m - 1));
        if (below > 1e-15 * (Math.hypot(...at(m, m)) + Math.hypot(...at(m - 1, m - 1)))) {
          turn(re, im, n, m, nearer(at(m - 1, m - 1), at(m - 1, m), at(m, m - 1), at(m, m)));
          continue;
        }
      }
      found.push(at(m, m));
      m -= 1;
      tries = 0;
    }
    return found;
  }

  /** One step of it on the first m + 1 rows: H - shift = Q R, then H = R Q + shift. */
  function turn(re, im, n, m, shift) {
    const rotations = [];
    for (let i = 0; i <= m; i++) {
      re[i * n + i] -= shift[0];
      im[i * n + i] -= shift[1];
    }
    for (let k = 0; k < m; k++) {
      const [p, q] = [k * n + k, (k + 1) * n + k];
      const r = Math.hypot(re[p], im[p], re[q], im[q]) || 1;
      const [a, b, c, d] = r === 1 && !re[p] && !im[p] && !re[q] && !im[q]
        ? [1, 0, 0, 0]
        : [re[p] / r, im[p] / r, re[q] / r, im[q] / r];
      rotations.push([a, b, c, d]);
      for (let j = k; j <= m; j++) {
        rotate(re, im, k * n + j, (k + 1) * n + j, [a, -b, c, -d], [-c, -d, a, b]);
      }
    }
    rotations.forEach(([a, b, c, d], k) => {
      for (let i = 0; i <= Math.min(m, k + 1); i++) {
        rotate(re, im, i * n + k, i * n + k + 1, [a, b, c, d], [-c, d, a, -b]);
      }
    });
    for (let i = 0; i <= m; i++) {
      re[i * n + i] += shift[0];
      im[i * n + i] += shift[1];
    }
  }

  /** Replace the numbers x and y at two places by a x + b y and c x + d y, complex factors. */
  function rotate(re, im, p, q, [a, ai, b, bi], [c, ci, d, di]) {
    const x = re[p], xi = im[p], y = re[q], yi = im[q];
    re[p] = a * x - ai * xi + b * y - bi * yi;
    im[p] = a * xi + ai * x + b * yi + bi * y;
    re[q] = c * x - ci * xi + d * y - di * yi;
    im[q] = c * xi + ci * x + d * yi + di * y;
  }

  function times(a, b, n) {
    const product = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        const one = a[i * n + k];
        for (let j = 0; j < n; j++) product[i * n + j] += one * b[k * n + j];
      }
    }
    return product;
  }

  /** Multiply a vector by the matrix and its transpose until its growth no longer changes. */
  function stretch(matrix, rows, n) {
    let v = Float64Array.from({ length: n }, (_, i) => 1 + 0.1 * Math.sin(1 + i));
    let growth = 0;
    for (let round = 0; round < 1000; round++) {
      const length = Math.hypot(...v);
      if (!(length > 0)) return length;
      const u = new Float64Array(rows);
      const next = new Float64Array(n);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < n; j++) u[i] += (matrix[i * n + j] * v[j]) / length;
        for (let j = 0; j < n; j++) next[j] += matrix[i * n + j] * u[i];
      }
      const now = Math.hypot(...u);
      if (Math.abs(now - growth) < 1e-9 * now) return now;
      growth = now;
      v = next;
    }
    return growth;
  }

  return { eigenvalues, stretch, times };
})();
