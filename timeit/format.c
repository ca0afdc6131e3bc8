#include "timeit/format.h"

#include <string.h>

const struct format_colors format_plain = {"", "", "", ""};
const struct format_colors format_colored = {"\033[36m", "\033[1;32m", "\033[33m", "\033[0m"};

/* Largest first. */
static const struct unit {
    const char *name;
    double seconds;
} units[] = {{"sec", 1.0}, {"msec", 1e-3}, {"usec", 1e-6}, {"nsec", 1e-9}};
enum { unit_count = sizeof units / sizeof units[0] };

static const struct unit *unit_named(const char *name)
{
    for (int i = 0; i < unit_count; i++)
        if (strcmp(units[i].name, name) == 0)
            return &units[i];
    return NULL;
}

bool format_is_unit(const char *unit)
{
    return unit_named(unit) != NULL;
}

static const struct unit *unit_for(double seconds)
{
    int i = 0;
    while (i < unit_count - 1 && !(seconds >= units[i].seconds))
        i++;
    return &units[i];
}

void format_time_plain(struct buffer *b, const struct format *f, double seconds)
{
    const struct unit *unit = f->unit ? unit_named(f->unit) : unit_for(seconds);
    buffer_addf(b, "%.*g %s", f->precision, seconds / unit->seconds, unit->name);
}

void format_time(struct buffer *b, const struct format *f, const char *color, double seconds)
{
    buffer_adds(b, color);
    format_time_plain(b, f, seconds);
    buffer_adds(b, *color ? f->colors->off : "");
}

/* ---- bars ---- */

enum { bins = 24, heights = 8 };

static void fill(const double *values, size_t count, double least, double greatest, size_t *bin)
{
    memset(bin, 0, bins * sizeof *bin);
    for (size_t i = 0; i < count; i++) {
        double part = greatest > least ? (values[i] - least) / (greatest - least) : 0;
        /* A clock of the user's own may make any number of it. */
        bin[part >= 0 && part < 1 ? (size_t)(part * bins) : part >= 1 ? bins - 1 : 0]++;
    }
}

void format_histogram(struct buffer *b, const struct format *f, const double *values, size_t count)
{
    static const char *const blocks[] = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588"};
    static const char *const marks[] = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};
    const char *const *bars = f->utf8 ? blocks : marks;
    size_t bin[bins], most = 0;
    double least = values[0], greatest = values[0];
    for (size_t i = 1; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        greatest = values[i] > greatest ? values[i] : greatest;
    }
    fill(values, count, least, greatest, bin);
    for (int i = 0; i < bins; i++)
        most = bin[i] > most ? bin[i] : most;
    format_time(b, f, f->colors->time, least);
    buffer_adds(b, " |");
    for (int i = 0; i < bins; i++)
        buffer_adds(b, bars[(bin[i] * heights + most - 1) / most]);
    buffer_adds(b, "| ");
    format_time(b, f, f->colors->time, greatest);
}
