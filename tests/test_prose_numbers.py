"""The numbers in a text are read as a reader reads them."""

import prose_numbers
import pytest


def values(numbers: list[prose_numbers.Number]) -> list[float]:
    return [float(number.value) for number in numbers]


@pytest.mark.parametrize("source, expected", [
    ("from 0.3099 to 0.2565.", [0.3099, 0.2565]),
    ("It ends at 10,000. Or at 1,234,567!", [10000, 1234567]),
    ("`10_000` is $10{,}000$ is $10\\,000$ is 10\u202f000", [10000] * 4),
    ("0, 1, 1 and 1,0", [0, 1, 1, 1, 0]),
    ("(10,20)", [10, 20]),
    ("-0.17, −0.17, (-8), $-8$, `[-1, 0]`, x = -3", [-0.17, -0.17, -8, -8, -1, 0, -3]),
    ("1 - 0.88, 1-0.88, 0–1, 0-1, 0 … 1, (4)-1", [1, 0.88, 1, 0.88, 0, 1, 0, 1, 0, 1, 4, 1]),
    ("a 3-input, two-layer net; the 1st of 4", [3, 1, 4]),
    ("[1, 0, 0] and (4, 1)", [1, 0, 0, 4, 1]),
    ("| 0 | **1** | _0.5_ |\n|:---:|---|---|", [0, 1, 0.5]),
    ("97 %, 97%, $97\\,\\%$ and 97 per cent", [97] * 4),
    ("1e-10, $10^{-10}$, 10⁻¹⁰, $10^4$", [1e-10, 1e-10, 1e-10, 1e4]),
    ("$1.8 \\times 10^{307}$, 1.8 × 10³⁰⁷, $1.8 \\cdot 10^3$", [1.8e307, 1.8e307, 1800]),
    ("E = ½ Σ error²", [1, 2, 2]),
    ("$\\frac{1}{2}$, $\\tfrac12 e^2$", [1, 2, 1, 2, 2]),
    ("$$\\sum_{i=1}^{4} (\\mathbf{3}, 1)$$", [1, 4, 3, 1]),
    ("4/4, 2 × 3, 7=7, ±6, ~5, ≈0.25", [4, 4, 2, 3, 7, 7, 6, 5, 0.25]),
    ("&minus;0.5 &ndash; 3&nbsp;rows", [-0.5, 3]),
    ("<details><summary>about 0.3</summary>\n\n0.4\n</details>", [0.3, 0.4]),
    ("```\nx = 5\n```", [5]),
])  # fmt: skip
def test_numbers_are_found(source, expected):
    assert values(prose_numbers.in_markdown(source)) == expected


@pytest.mark.parametrize("source", [
    "`W0`, `l1_error`, `x2`, $l_1$, $W_0$, $l_{12}$, `l1.T`, H2O, sigmoid_2, utf8",
    "[0.5](https://example.com/2015/07) and <https://example.com/2015> and https://example.com/9/",
    "see [1 · Meet the data](01_data.ipynb) and [slope 3](02_sigmoid.ipynb#slope-3)",
    "[here](../figures/7.svg) ![a curve](curve-9.png)",
    "notebook 06, notebooks 01 to 03, Notebooks 1, 2 and 3, 06 and Part 2",
    "# 4 · Measure the error",
    "1. first\n2. second\n10) tenth",
    "About 12 minutes, about 12\nminutes",
    "[The post](https://example.com) (2017)",
    "Andrew Trask's post of 2015, published in 2015",
    '<img src="7.png" width="700" alt="a curve">',
    "[post]: https://example.com/2015",
    "<!-- 0.77 -->",
])  # fmt: skip
def test_digits_that_claim_nothing_are_left_out(source):
    assert prose_numbers.in_markdown(source) == []


@pytest.mark.parametrize("source, expected", [
    ("in 2015 it was", [2015]),
    ("2,015 rows by Trask", [2015]),
    ("[link](https://example.com)\n\n2015 rows", [2015]),
    ("12 minutes", [12]),
    ("# 4 · From 7 rows", [7]),
    ("## 4 rows", [4]),
    ("- 3 rows", [3]),
    ("notebook 06 trains 10,000 times", [10000]),
    ("![a peak of 0.25](x9.png)", [0.25]),
    ('<img src="x9.png" alt="a peak of 0.25">', [0.25]),
    ("[peak 0.25](#peak)", [0.25]),
    ("0.06 and 06", [0.06]),
    ("x2 is 2 and l1 is 0.5", [2, 0.5]),
])  # fmt: skip
def test_what_stands_beside_an_exempt_digit_still_counts(source, expected):
    assert values(prose_numbers.in_markdown(source)) == expected


@pytest.mark.parametrize("text, expected", [
    ("[[-0.16595599]\n [ 0.44064899]]", [-0.16595599, 0.44064899]),
    ("[0.  1.  0.5]", [0, 1, 0.5]),
    ("(4, 1) [0 0 1] 9,996 83% 1.8e+307 L1 W0", [4, 1, 0, 0, 1, 9996, 83, 1.8e307]),
    ("error:-0.2690 → x=-6", [-0.269, -6]),
    ("before 0.3099 → 0.2565", [0.3099, 0.2565]),
])  # fmt: skip
def test_numbers_in_printed_text_are_found(text, expected):
    assert values(prose_numbers.in_text(text)) == expected


@pytest.mark.parametrize("written, right, wrong", [
    ("0.31", [0.3099458, 0.305, 0.315], [0.3049, 0.3151, -0.31]),
    ("0.3099", [0.3099458], [0.30981, 0.31]),
    ("5", [5, 4.5, 5.4], [4.4, 5.6, -5]),
    ("10,000", [10000], [9999, 10001]),
    ("97 %", [97, 0.97, 96.6, 0.966], [0.96, 9.7]),
    ("0.97", [0.97], [97]),
    ("1e-10", [1.2e-10, 6e-11], [1e-9, 2e-10]),
    ("1.8e308", [1.7976931348623157e308], [1e308]),
    ("0.00966449", [0.009664493], [0.0096646]),
    ("-0.17", [-0.16595599], [0.16595599]),
    ("0", [0.0, 0.4], [1]),
])  # fmt: skip
def test_a_number_stands_for_what_rounds_to_it(written, right, wrong):
    (number,) = prose_numbers.in_markdown(written)
    assert all(number.stands_for(value) for value in right)
    assert not any(number.stands_for(value) for value in wrong)
