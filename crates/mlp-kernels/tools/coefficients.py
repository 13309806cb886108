"""Prints the polynomial coefficients of src/math (needs mpmath): weighted least squares on Chebyshev nodes.

Coefficients are rounded to the working precision from the lowest power up, and the rest refitted after each rounding.
"""
import struct
import sys
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, log, log1p, expm1, tanh, erf, erfc, sqrt, sin

mp.dps = 60


def to_f32(x):
    return mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def to_f64(x):
    return mpf(float(x))


def fit(f, weight, lo, hi, degree, rnd, fixed=(), nodes=None, passes=30):
    """c with f(x) ~ sum c_k x^k; `weight` multiplies the error. Lawson's reweighting makes it nearly minimax."""
    nodes = nodes or 6 * (degree + 2)
    lo, hi = mpf(lo), mpf(hi)
    xs = [(lo + hi) / 2 + (hi - lo) / 2 * cos(pi * (2 * k + 1) / (2 * nodes)) for k in range(nodes)]
    fs = [f(x) for x in xs]
    ws = [weight(x) for x in xs]
    done = list(fixed)
    lawson = [mpf(1)] * nodes

    def solve(lawson):
        n = degree + 1 - len(done)
        a, b = matrix(n, n), matrix(n, 1)
        for x, fx, w, l in zip(xs, fs, ws, lawson):
            rest = fx - sum(c * x**k for k, c in enumerate(done))
            p = [x ** (len(done) + k) for k in range(n)]
            for i in range(n):
                b[i] += l * w * w * p[i] * rest
                for j in range(n):
                    a[i, j] += l * w * w * p[i] * p[j]
        return list(lu_solve(a, b))

    for _ in range(passes):
        c = done + solve(lawson)
        errs = [abs(w * (fx - sum(ck * x**k for k, ck in enumerate(c)))) for x, fx, w in zip(xs, fs, ws)]
        total = sum(l * e for l, e in zip(lawson, errs))
        if total == 0:
            break
        lawson = [l * e / total * nodes for l, e in zip(lawson, errs)]
        lawson = [max(l, mpf(10) ** -12) for l in lawson]
    while len(done) <= degree:
        done.append(rnd(solve(lawson)[0]))
    err = max(abs(w * (fx - sum(c * x**k for k, c in enumerate(done)))) for x, fx, w in zip(xs, fs, ws))
    return done, err


def show(name, c, err, kind):
    print(f"// {name}: error {float(err):.2e}")
    print(f"const {name}: [{kind}; {len(c)}] = [" + ", ".join(repr(float(x)) for x in c) + "];")


def series(f, x, tiny, at_zero):
    return at_zero if abs(x) < tiny else f(x)


def expm1_tail(r):
    return mpf(1) / 2 + r / 6 + r * r / 24 if abs(r) < mpf(10) ** -15 else (expm1(r) - r) / (r * r)


def log_tail(z):
    # log((1+s)/(1-s)) = 2s + s * z * R(z), z = s^2
    s = sqrt(z)
    return mpf(2) / 3 + 2 * z / 5 if z < mpf(10) ** -20 else (log((1 + s) / (1 - s)) - 2 * s) / (s * z)


def erf_ratio(z):
    # erf(s) / s - 1, z = s^2
    s = sqrt(z)
    return 2 / sqrt(pi) - 1 if z < mpf(10) ** -40 else erf(s) / s - 1


def sin_tail(z):
    s = sqrt(z)
    return -mpf(1) / 6 if z < mpf(10) ** -20 else (sin(s) - s) / (s * z)


def cos_tail(z):
    s = sqrt(z)
    return mpf(1) / 24 - z / 720 if z < mpf(10) ** -12 else (cos(s) - 1 + z / 2) / (z * z)


def tanh_table():
    # Segments of b = |x| + 5/8 by exponent and two mantissa bits; index = (bits >> 21) & 15.
    rows = {}
    for octave, start in ((0, mpf(1) / 2), (1, mpf(1)), (2, mpf(2)), (3, mpf(4)), (4, mpf(8))):
        for m in range(4):
            lo = start * (1 + mpf(m) / 4) - mpf(5) / 8
            hi = lo + start / 4
            if lo < 0 or lo > mpf("9.1"):
                continue
            bits = (126 + octave) * 4 + m
            index = bits & 15
            if lo == 0:
                c, err = fit(lambda x: tanh(x) / x, lambda x: x / tanh(x), mpf(10) ** -6, hi, 4, to_f32)
                rows[index] = (mpf(0), [mpf(0)] + c)
                print(f"// segment {float(lo)}..{float(hi)} index {index}: {float(err):.2e}")
                continue
            hi = min(hi, mpf("9.1"))
            mid = (lo + hi) / 2
            step = mpf(2) ** -23 * 4
            best = None
            for k in range(-3000, 3001):
                c = to_f32(mid + k * mpf(2) ** -19)
                t = tanh(c)
                e = abs(to_f32(t) - t)
                if best is None or e < best[0]:
                    best = (e, c)
            center = best[1]
            c, err = fit(lambda t: tanh(center + t), lambda t: 1 / tanh(center + t), lo - center, hi - center, 5, to_f32, fixed=[to_f32(tanh(center))])
            rows[index] = (center, c)
            print(f"// segment {float(lo)}..{float(hi)} index {index}: {float(err):.2e}")
    for k in range(-1, 6):
        name = "CENTER" if k < 0 else f"C{k}"
        vals = [(rows[i][0] if k < 0 else rows[i][1][k]) if i in rows else mpf(1 if k == 0 else 0) for i in range(16)]
        print(f"const {name}: [f32; 16] = [" + ", ".join(repr(float(v)) for v in vals) + "];")


def tanh_ratio():
    # tanh x = x P(x^2) / Q(x^2) in f64, both starting with one, equal at zero and at four Chebyshev nodes.
    top = (log(2) / 4 * mpf("1.0001")) ** 2
    nodes = [top / 2 * (1 - cos(pi * (2 * k + 1) / 10)) for k in range(1, 5)]
    a, b = matrix(4, 4), matrix(4, 1)
    for i, z in enumerate(nodes):
        f = tanh(sqrt(z)) / sqrt(z)
        a[i, 0], a[i, 1], a[i, 2], a[i, 3] = z, z * z, -f * z, -f * z * z
        b[i] = f - 1
    c = [to_f64(x) for x in lu_solve(a, b)]
    points = [top * k / 400 for k in range(1, 401)]
    err = max(abs((1 + c[0] * z + c[1] * z * z) / (1 + c[2] * z + c[3] * z * z) * sqrt(z) / tanh(sqrt(z)) - 1) for z in points)
    show("TANH_P", [mpf(1)] + c[:2], err, "f64")
    show("TANH_Q", [mpf(1)] + c[2:], err, "f64")


if __name__ == "__main__":
    which = sys.argv[1:] or ["exp", "log", "erf", "trig", "tanh"]
    half = log(2) / 2 * mpf("1.0002")
    for name, rnd, kind, degs in (("F32", to_f32, "f32", (4, 3, 6, 9, 3, 3)), ("F64", to_f64, "f64", (10, 7, 13, 19, 6, 6))):
        de, dl, ds, dt, dsin, dcos = degs
        if "exp" in which:
            c, e = fit(expm1_tail, lambda r: r * r, -half, half, de, rnd, fixed=[mpf(1) / 2])
            show(f"EXPM1_{name}", c, e, kind)
        if "log" in which:
            zmax = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2
            c, e = fit(log_tail, lambda z: z, mpf(0), zmax * mpf("1.001"), dl, rnd)
            show(f"LOG_{name}", c, e, kind)
        if "erf" in which:
            c, e = fit(erf_ratio, lambda z: 1 / (1 + erf_ratio(z)), mpf(0), mpf(1), ds, rnd)
            show(f"ERF_{name}", c, e, kind)
            top = mpf("3.93") if name == "F32" else mpf("5.93")
            # -ln erfc(1 + t); the result's error is erfc times the fit's.
            c, e = fit(lambda t: -log(erfc(1 + t)), lambda t: erfc(1 + t), mpf(0), top - 1, dt, rnd)
            show(f"ERFC_{name}", c, e, kind)
        if "trig" in which:
            z = (pi / 4 * mpf("1.0005")) ** 2
            c, e = fit(sin_tail, lambda z: z, mpf(0), z, dsin - 1 if name == "F32" else dsin, rnd)
            show(f"SIN_{name}", c, e, kind)
            c, e = fit(cos_tail, lambda z: z * z, mpf(0), z, dcos - 1 if name == "F32" else dcos, rnd)
            show(f"COS_{name}", c, e, kind)
    if "tanh" in which:
        tanh_table()
        tanh_ratio()
