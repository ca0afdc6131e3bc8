/* What a series of times says. */
#include "core/error.h"
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

enum { resamples = 2000, fewest_rounds = 6 };

/* splitmix64: small, even, and the same everywhere. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* Both medians of the rounds drawn; sorts its arguments. */
static double ratio_of(double *first, double *second, size_t rounds)
{
    qsort(first, rounds, sizeof *first, ascending);
    qsort(second, rounds, sizeof *second, ascending);
    return quantile(second, rounds, 0.5) / quantile(first, rounds, 0.5);
}

/* Room: twice `rounds` to draw into, and one place for each resample behind it. */
static void bootstrap(const double *first, const double *second, size_t rounds, double *room,
                      struct xdb_timeit_ratio *ratio)
{
    double *ratios = room + 2 * rounds;
    uint64_t state = 1;
    for (int i = 0; i < resamples; i++) {
        for (size_t k = 0; k < rounds; k++) {
            size_t drawn = (size_t)(next_random(&state) % rounds);
            room[k] = first[drawn];
            room[rounds + k] = second[drawn];
        }
        ratios[i] = ratio_of(room, room + rounds, rounds);
    }
    qsort(ratios, resamples, sizeof *ratios, ascending);
    ratio->low = quantile(ratios, resamples, 0.025);
    ratio->high = quantile(ratios, resamples, 0.975);
}

int xdb_timeit_compare(const double *first, const double *second, size_t rounds,
                       struct xdb_timeit_ratio *ratio, struct xdb_error *err)
{
    if (rounds == 0)
        return error_set(err, XDB_EINVAL, "there are no rounds");
    double *room = malloc((2 * rounds + resamples) * sizeof *room);
    if (!room)
        return error_set(err, XDB_ENOMEM, "not enough memory");
    memcpy(room, first, rounds * sizeof *room);
    memcpy(room + rounds, second, rounds * sizeof *room);
    ratio->ratio = ratio_of(room, room + rounds, rounds);
    ratio->low = 0;
    ratio->high = INFINITY;
    if (rounds >= fewest_rounds)
        bootstrap(first, second, rounds, room, ratio);
    free(room);
    return 0;
}
