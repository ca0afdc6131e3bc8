/* What a series of times says. */
#include "core/error.h"
#include "timeit/random.h"
#include "timeit/timeit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The value below which the part `q` of sorted values lies, between neighbours in proportion. */
static double quantile(const double *sorted, size_t count, double q)
{
    double at = q * (double)(count - 1);
    size_t i = (size_t)at;
    if (i + 1 >= count)
        return sorted[count - 1];
    return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}

/* Measured from the first value, so that the mean of equal values is exactly that. */
static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += values[i] - values[0];
    return values[0] + sum / (double)count;
}

static double deviation_of(const double *values, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sqrt(sum / (double)(count - 1)) : 0;
}

static size_t outliers_in(const double *sorted, size_t count)
{
    double low = quantile(sorted, count, 0.25), high = quantile(sorted, count, 0.75);
    double reach = 1.5 * (high - low);
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += sorted[i] < low - reach || sorted[i] > high + reach;
    return found;
}

int xdb_timeit_stats(const double *values, size_t count, struct xdb_timeit_stats *stats,
                     struct xdb_error *err)
{
    if (count == 0)
        return error_set(err, XDB_EINVAL, "there are no values");
    double *sorted = malloc(count * sizeof *sorted);
    if (!sorted)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, ascending);
    double mean = mean_of(sorted, count);
    *stats = (struct xdb_timeit_stats){.count = count,
                                       .least = sorted[0],
                                       .greatest = sorted[count - 1],
                                       .median = quantile(sorted, count, 0.5),
                                       .mean = mean,
                                       .deviation = deviation_of(sorted, count, mean),
                                       .outliers = outliers_in(sorted, count)};
    free(sorted);
    return 0;
}

/* ---- comparing ---- */

enum { resamples = 2000, fewest_rounds = 8 };

/* A series in ascending order; how often each value was drawn is counted, so no draw needs sorting. */
struct ranked {
    struct ranked_value {
        double value;
        size_t round;
    } * sorted;
    size_t *rank;  /* of each round: its place in `sorted` */
    size_t *drawn; /* for each place in `sorted` */
};

static int ascending_ranked(const void *a, const void *b)
{
    return ascending(&((const struct ranked_value *)a)->value,
                     &((const struct ranked_value *)b)->value);
}

static void ranked_release(struct ranked *r)
{
    free(r->sorted);
    free(r->rank);
    free(r->drawn);
}

/* False when memory runs out; ranked_release it in any case. */
static bool ranked_init(struct ranked *r, const double *values, size_t rounds)
{
    r->sorted = calloc(rounds, sizeof *r->sorted);
    r->rank = calloc(rounds, sizeof *r->rank);
    r->drawn = calloc(rounds, sizeof *r->drawn);
    if (!r->sorted || !r->rank || !r->drawn)
        return false;
    for (size_t i = 0; i < rounds; i++)
        r->sorted[i] = (struct ranked_value){values[i], i};
    qsort(r->sorted, rounds, sizeof *r->sorted, ascending_ranked);
    for (size_t i = 0; i < rounds; i++) {
        r->rank[r->sorted[i].round] = i;
        r->drawn[i] = 1; /* at first each has been drawn once */
    }
    return true;
}

/* Of what was drawn, `rounds` values. */
static double ranked_median(const struct ranked *r, size_t rounds)
{
    size_t i = 0, below = r->drawn[0];
    while (below <= (rounds - 1) / 2)
        below += r->drawn[++i];
    double low = r->sorted[i].value;
    if (rounds % 2 != 0 || below > rounds / 2)
        return low;
    while (r->drawn[++i] == 0)
        ;
    return low + 0.5 * (r->sorted[i].value - low);
}

static double ratio_of(const struct ranked *first, const struct ranked *second, size_t rounds)
{
    return ranked_median(second, rounds) / ranked_median(first, rounds);
}

static void draw(struct ranked *first, struct ranked *second, size_t rounds, uint64_t *state)
{
    memset(first->drawn, 0, rounds * sizeof *first->drawn);
    memset(second->drawn, 0, rounds * sizeof *second->drawn);
    for (size_t i = 0; i < rounds; i++) {
        size_t round = (size_t)(random_next(state) % rounds);
        first->drawn[first->rank[round]]++;
        second->drawn[second->rank[round]]++;
    }
}

/*
** Which part to leave out at each end. Of few rounds the draws are too much alike, so their percentiles lie too
** near each other: they are moved apart as far as Student's distribution is wider than the normal one.
*/
static double tail_of(size_t rounds)
{
    const double z = 1.959963985, cube = z * z * z, n = (double)(rounds - 1);
    double t = z + (cube + z) / (4 * n) + (5 * cube * z * z + 16 * cube + 3 * z) / (96 * n * n);
    return 0.5 * erfc(t * sqrt((double)rounds / n / 2));
}

static void bootstrap(struct ranked *first, struct ranked *second, size_t rounds,
                      struct xdb_timeit_ratio *ratio)
{
    double ratios[resamples], tail = tail_of(rounds);
    uint64_t state = 1;
    for (int i = 0; i < resamples; i++) {
        draw(first, second, rounds, &state);
        ratios[i] = ratio_of(first, second, rounds);
    }
    qsort(ratios, resamples, sizeof *ratios, ascending);
    ratio->low = quantile(ratios, resamples, tail);
    ratio->high = quantile(ratios, resamples, 1 - tail);
}

int xdb_timeit_compare(const double *first, const double *second, size_t rounds,
                       struct xdb_timeit_ratio *ratio, struct xdb_error *err)
{
    struct ranked a = {0}, b = {0};
    if (rounds == 0)
        return error_set(err, XDB_EINVAL, "there are no rounds");
    int code = 0;
    if (!ranked_init(&a, first, rounds) || !ranked_init(&b, second, rounds))
        code = error_set(err, XDB_ENOMEM, "not enough memory");
    else {
        *ratio = (struct xdb_timeit_ratio){ratio_of(&a, &b, rounds), 0, INFINITY};
        if (rounds >= fewest_rounds)
            bootstrap(&a, &b, rounds, ratio);
    }
    ranked_release(&a);
    ranked_release(&b);
    return code;
}
