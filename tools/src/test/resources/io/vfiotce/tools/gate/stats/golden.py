"""Writes golden.json: what the statistics of the gate must give, from SciPy where SciPy is exact and by brute force elsewhere.

Run: python3 golden.py > golden.json
"""
import itertools
import json
import math
import random
from fractions import Fraction

import numpy as np
import scipy
from scipy import stats


def pratt_exact(d):
    """P(T+ >= observed) over all signs of the nonzero differences, by convolution in exact integers (Pratt's zeros, midranks)."""
    ranks = stats.rankdata(np.abs(d))
    doubled = [int(2 * r) for r, x in zip(ranks, d) if x != 0]
    observed = sum(int(2 * r) for r, x in zip(ranks, d) if x > 0)
    counts = {0: 1}
    for r in doubled:
        more = dict(counts)
        for total, count in counts.items():
            more[total + r] = more.get(total + r, 0) + count
        counts = more
    hits = sum(count for total, count in counts.items() if total >= observed)
    return float(Fraction(hits, 2 ** len(doubled)))


def pratt_enumerated(d):
    """The same by listing every sign pattern; checks the convolution where n is small."""
    ranks = stats.rankdata(np.abs(d))
    kept = [r for r, x in zip(ranks, d) if x != 0]
    observed = sum(r for r, x in zip(ranks, d) if x > 0)
    patterns = itertools.product((0, 1), repeat=len(kept))
    hits = sum(1 for signs in patterns if sum(r for r, s in zip(kept, signs) if s) >= observed)
    return hits / 2 ** len(kept)


def pratt_permuted(d):
    """The same by SciPy's exact permutation test."""
    ranks = stats.rankdata(np.abs(d))
    ranks[np.array(d) == 0] = 0
    signed = (np.sign(d) * ranks,)
    result = stats.permutation_test(
        signed, lambda x: np.sum(x), permutation_type="samples", n_resamples=np.inf, alternative="greater"
    )
    return float(result.pvalue)


def signed_rank_case(name, d):
    n = len(d)
    p = pratt_exact(d)
    plain = 0 not in d and len(set(map(abs, d))) == n
    source = "integer convolution"
    if n <= 12:
        assert abs(p - pratt_enumerated(d)) < 1e-15
        assert abs(p - pratt_permuted(d)) < 1e-12
        source = "scipy.stats.permutation_test"
    if plain:
        scipy_p = float(stats.wilcoxon(d, alternative="greater", method="exact").pvalue)
        assert abs(scipy_p - p) < 1e-13
        p, source = scipy_p, "scipy.stats.wilcoxon exact"
    if n > 60:
        p = float(
            stats.wilcoxon(d, zero_method="pratt", alternative="greater", correction=True, method="asymptotic").pvalue
        )
        source = "scipy.stats.wilcoxon asymptotic"
    walsh = sorted((d[i] + d[j]) / 2 for i in range(n) for j in range(i, n))
    case = {"name": name, "source": source, "d": d, "p": p, "estimate": float(np.median(walsh)), "bounds": []}
    if plain and n <= 60:
        case["bounds"] = [[alpha, *signed_rank_bounds(d, walsh, alpha)] for alpha in (0.1, 0.05, 0.025, 0.005)]
    return case


def signed_rank_bounds(d, walsh, alpha):
    """Inverts SciPy's exact test: the ends of the shifts that it does not reject, found by trying between Walsh averages."""
    n = len(d)

    def first_kept(values, sign):
        for i, w in enumerate(values):
            after = (w + values[i + 1]) / 2 if i + 1 < len(values) else w + 1
            if stats.wilcoxon([sign * x - after for x in d], alternative="greater", method="exact").pvalue > alpha:
                return w
        raise AssertionError

    if 2.0**-n > alpha:
        return [None, None]
    return [first_kept(walsh, 1), -first_kept([-w for w in reversed(walsh)], -1)]


def quartile(values):
    return sorted(values)[math.ceil(len(values) / 4) - 1]


def label_swap_p(base, head, shift):
    n = len(base)
    moved = [h - shift for h in head]
    observed = quartile(moved) - quartile(base)
    hits = 0
    for swap in itertools.product((0, 1), repeat=n):
        b = [m if s else x for x, m, s in zip(base, moved, swap)]
        h = [x if s else m for x, m, s in zip(base, moved, swap)]
        hits += quartile(h) - quartile(b) >= observed
    return hits / 2**n


def label_swap_bound(base, head, alpha):
    """The smallest shift not rejected, by plain halving of an interval; right to 1e-14."""
    low, high = -4.0, 4.0
    if label_swap_p(base, head, low) > alpha:
        return None
    while high - low > 1e-14:
        middle = (low + high) / 2
        if label_swap_p(base, head, middle) > alpha:
            high = middle
        else:
            low = middle
    return high


def on_grid(x):
    return round(x * 2**44) / 2**44


def label_swap_case(name, base, head, bounds):
    """Logarithms are multiples of 2^-44, as in the gate, so that the sums here are exact too."""
    base, head = list(map(on_grid, base)), list(map(on_grid, head))
    shifts = [0.0, on_grid(math.log(1.01)), on_grid(math.log(1.05)), -0.125]
    case = {
        "name": name,
        "base": base,
        "head": head,
        "estimate": quartile(head) - quartile(base),
        "p": [[shift, label_swap_p(base, head, shift)] for shift in shifts],
        "bounds": [],
    }
    if bounds:
        case["bounds"] = [
            [alpha, label_swap_bound(base, head, alpha), negated(label_swap_bound(head, base, alpha))]
            for alpha in (0.1, 0.05)
        ]
    return case


def negated(x):
    return None if x is None else -x


def mann_whitney_case(name, base, head):
    tied = len(set(base + head)) < len(base + head)
    method = "asymptotic" if tied else "exact"
    differences = sorted(h - b for h in head for b in base)

    def p(shift, alternative):
        return float(
            stats.mannwhitneyu([h - shift for h in head], base, alternative=alternative, method=method).pvalue
        )

    case = {
        "name": name,
        "source": "scipy.stats.mannwhitneyu " + method,
        "base": base,
        "head": head,
        "p": p(0, "greater"),
        "estimate": float(np.median(differences)),
    }
    if not tied:
        def lower(values, sign):
            for i, w in enumerate(values):
                after = (w + values[i + 1]) / 2 if i + 1 < len(values) else w + 1
                if p(sign * after, "greater" if sign > 0 else "less") > 0.05:
                    return w
            raise AssertionError

        case["bounds"] = [lower(differences, 1), -lower([-w for w in reversed(differences)], -1)]
    return case


def main():
    rng = random.Random(20240)
    signed = []
    for n in (5, 6, 7, 8, 9, 10, 12, 15, 20, 24, 25, 30, 40, 50, 60):
        signed.append(signed_rank_case(f"plain {n}", [rng.gauss(0.3, 1) for _ in range(n)]))
        tied = [rng.choice((-3, -2, -1, 1, 2, 3, 4)) / 8 for _ in range(n)]
        signed.append(signed_rank_case(f"ties {n}", tied))
        zeros = [rng.choice((-2, -1, 0, 0, 1, 2, 3)) / 8 for _ in range(n)]
        signed.append(signed_rank_case(f"ties and zeros {n}", zeros))
        few = [0.0 if i % 5 == 0 else rng.gauss(0.2, 1) for i in range(n)]
        signed.append(signed_rank_case(f"zeros {n}", few))
    signed.append(signed_rank_case("all zero", [0.0] * 8))
    signed.append(signed_rank_case("all above", [1.0 + i / 8 for i in range(9)]))
    signed.append(signed_rank_case("plain 80", [rng.gauss(0.1, 1) for _ in range(80)]))
    signed.append(signed_rank_case("ties and zeros 70", [rng.choice((-2, -1, 0, 1, 2)) / 8 for _ in range(70)]))
    swaps = []
    for n in (5, 6, 7, 8, 9):
        base = [rng.gauss(0, 0.05) for _ in range(n)]
        head = [b + 0.03 + rng.gauss(0, 0.03) for b in base]
        swaps.append(label_swap_case(f"plain {n}", base, head, True))
    for n in (8, 12, 13):
        base = [rng.gauss(0, 0.03) + rng.choice((0, 0, 0.34)) for _ in range(n)]
        head = [rng.gauss(0.06, 0.03) + rng.choice((0, 0, 0.34)) for _ in range(n)]
        swaps.append(label_swap_case(f"two regimes {n}", base, head, n == 8))
    base = [rng.randrange(5) / 32 for _ in range(12)]
    head = [rng.randrange(5) / 32 for _ in range(12)]
    swaps.append(label_swap_case("ties 12", base, head, False))
    swaps.append(label_swap_case("equal arms 8", base[:8], base[:8], False))
    unpaired = []
    for m, n in ((3, 3), (5, 5), (5, 10), (12, 9), (20, 25)):
        base = [rng.gauss(0, 0.05) for _ in range(m)]
        head = [rng.gauss(0.04, 0.05) for _ in range(n)]
        unpaired.append(mann_whitney_case(f"plain {m} {n}", base, head))
    unpaired.append(
        mann_whitney_case("ties", [rng.randrange(6) / 8 for _ in range(9)], [rng.randrange(8) / 8 for _ in range(11)])
    )
    golden = {"scipy": scipy.__version__, "signedRank": signed, "labelSwap": swaps, "mannWhitney": unpaired}
    print("{" + ",\n".join(json.dumps(k) + ": " + lines(v) for k, v in golden.items()) + "}")


def lines(value):
    return "[\n" + ",\n".join(map(json.dumps, value)) + "]" if isinstance(value, list) else json.dumps(value)


main()
