/* Reads a profile file as it is written here, without making a tree of it first. */
#include "profiler/stats_rows.h"

#include <float.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

/* Unescaped texts of one row lie here. */
struct scan {
    char *at; /* stops at the '\0' behind the text, which nothing accepts */
    const char *end;
    struct xdb_stats *stats;
    struct buffer unescaped[2];
    size_t nunescaped;
    char *quotes[2]; /* where '\0' stands in place of the closing '"' of a text of the row */
    size_t nquotes;
    locale_t locale; /* where the decimal point is one */
};

/* ---- tokens ----------------------------------------------------------------------------------- */

static char *skip_space(char *p)
{
    while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* Skips `c` and the space before it. */
static bool skip(struct scan *s, char c)
{
    char *p = skip_space(s->at);
    if (*p != c)
        return false;
    s->at = p + 1;
    return true;
}

/* Skips a word that begins right here. */
static bool skip_word(struct scan *s, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(s->at, word, n) != 0)
        return false;
    s->at += n;
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The end of the plain beginning of a text: of ASCII without quotes, backslashes and controls. */
static char *plain_end(char *p)
{
    while (*(unsigned char *)p >= 0x20 && *(unsigned char *)p < 0x80 && *p != '"' && *p != '\\')
        p++;
    return p;
}

/* Appends what the escape at `p` stands for; its end, or NULL for those that are not written here. */
static char *unescape(char *p, struct buffer *out)
{
    static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    if (p[1] == 'u' && p[2] == '0' && p[3] == '0' && is_digit(p[4]) && p[5]) {
        const char digits[] = {p[4], p[5], '\0'};
        char *end;
        long code = strtol(digits, &end, 16);
        if (*end || code == 0 || code >= 0x80)
            return NULL;
        buffer_addc(out, (char)code);
        return p + 6;
    }
    const char *letter = p[1] ? strchr(letters, p[1]) : NULL;
    if (!letter)
        return NULL;
    buffer_addc(out, meant[letter - letters]);
    return p + 2;
}

/* The rest of a text with escapes, whose plain beginning is from `start` to `p`. */
static bool scan_escaped(struct scan *s, char *start, char *p, struct stats_cell *cell)
{
    struct buffer *out = &s->unescaped[s->nunescaped++];
    buffer_clear(out);
    buffer_add(out, start, (size_t)(p - start));
    while (*p != '"') {
        char *next = NULL;
        if (*p == '\\')
            next = unescape(p, out);
        else {
            int n = *(unsigned char *)p >= 0x20 ? stats_utf8_length((unsigned char *)p) : 0;
            buffer_add(out, p, (size_t)n);
            next = n ? p + n : NULL;
        }
        if (!next)
            return false;
        p = next;
    }
    s->at = p + 1;
    cell->kind = STATS_TEXT;
    cell->text = out->data;
    return !out->failed;
}

/* The text behind a '"'. Without escapes it stays where it is, with '\0' for its closing quote. */
static bool scan_text(struct scan *s, struct stats_cell *cell)
{
    char *start = s->at, *p = plain_end(start);
    if (s->nquotes == 2 || s->nunescaped == 2)
        return false;
    while (*(unsigned char *)p >= 0x80) {
        int n = stats_utf8_length((unsigned char *)p);
        if (n == 0)
            return false;
        p = plain_end(p + n);
    }
    if (*p == '\\')
        return scan_escaped(s, start, p, cell);
    if (*p != '"')
        return false;
    s->quotes[s->nquotes++] = p;
    s->at = p + 1;
    cell->kind = STATS_TEXT;
    cell->text = start;
    return true;
}

/*
** The value of a decimal number: digits times ten to a power. Both are exact as double in the usual case, so that one
** division or multiplication rounds correctly (Clinger, "How to read floating point numbers accurately", 1990).
*/
static bool exact_real(uint64_t digits, long power, double *out)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (FLT_EVAL_METHOD != 0 || digits > UINT64_C(1) << DBL_MANT_DIG || power < -22 || power > 22)
        return false;
    *out = power < 0 ? (double)digits / tens[-power] : (double)digits * tens[power];
    return true;
}

/* The digits at `p` go on in `*digits`; counts them in `*n`, which is past what fits when too many. */
static char *scan_digits(char *p, uint64_t *digits, int *n)
{
    for (; is_digit(*p); p++)
        if (*n < 100) {
            *n += *n || *p != '0';
            *digits = *n < 20 ? *digits * 10 + (uint64_t)(*p - '0') : 0;
        }
    return p;
}

/* The exponent behind an 'e'; NULL when it is none. */
static char *scan_exponent(char *p, long *power)
{
    bool down = *p == '-';
    p += *p == '-' || *p == '+';
    if (!is_digit(*p))
        return NULL;
    long e = 0;
    for (; is_digit(*p); p++)
        if (e < 100000)
            e = e * 10 + (*p - '0');
    *power += down ? -e : e;
    return p;
}

static bool scan_number(struct scan *s, struct stats_cell *cell)
{
    char *start = s->at, *p = start + (*start == '-');
    uint64_t digits = 0;
    int n = 0; /* of them, without leading zeros */
    long power = 0;
    if (!is_digit(*p) || (*p == '0' && is_digit(p[1])))
        return false;
    p = scan_digits(p, &digits, &n);
    cell->kind = STATS_INTEGER;
    if (*p == '.') {
        char *fraction = p + 1;
        p = scan_digits(fraction, &digits, &n);
        power = -(long)(p - fraction);
        cell->kind = STATS_REAL;
        if (power == 0)
            return false;
    }
    if (*p == 'e' || *p == 'E') {
        p = scan_exponent(p + 1, &power);
        cell->kind = STATS_REAL;
    }
    if (!p || (cell->kind == STATS_INTEGER && n > 18))
        return false;
    s->at = p;
    cell->integer = *start == '-' ? -(long long)digits : (long long)digits;
    if (cell->kind == STATS_REAL) {
        if (n > 19 || !exact_real(digits, power, &cell->real))
            cell->real = strtod_l(start, NULL, s->locale);
        else if (*start == '-')
            cell->real = -cell->real;
    }
    return true;
}

/* ---- rows ------------------------------------------------------------------------------------- */

static bool scan_row(struct scan *s, struct stats_row *row)
{
    row->n = 0;
    if (!skip(s, '['))
        return false;
    do {
        struct stats_cell *cell = &row->cells[row->n++];
        s->at = skip_space(s->at);
        bool good = *s->at == '"' ? (s->at++, scan_text(s, cell)) : scan_number(s, cell);
        if (!good)
            return false;
        s->at = skip_space(s->at);
    } while (*s->at == ',' && row->n < STATS_CELLS && s->at++);
    return skip(s, ']');
}

/* Reads a row and keeps it. */
static bool take_row(struct scan *s, enum stats_list list, size_t i)
{
    struct stats_row row;
    const char *what;
    s->nquotes = s->nunescaped = 0;
    bool good = scan_row(s, &row);
    for (size_t q = 0; q < s->nquotes; q++)
        *s->quotes[q] = '\0';
    good = good && stats_take_row(s->stats, list, i, &row, &what) == 0;
    for (size_t q = 0; q < s->nquotes; q++)
        *s->quotes[q] = '"';
    return good;
}

enum { LEAST_ROW = 9 }; /* bytes */

/* About how many rows follow: as many as lines begin one. */
static size_t rows_ahead(const struct scan *s)
{
    const char *p = s->at;
    size_t n = 0, most = (size_t)(s->end - p) / LEAST_ROW;
    while ((p = strchr(p, '\n')) != NULL && *++p == '[')
        n++;
    return n < most ? n : most;
}

static bool scan_list(struct scan *s, enum stats_list list)
{
    size_t i = 0, expected = rows_ahead(s);
    if (!skip(s, '['))
        return false;
    stats_expect(s->stats, list == STATS_FUNCTIONS ? expected : 0,
                 list == STATS_EDGES ? expected : 0, list == STATS_CONTEXTS ? expected : 0);
    if (skip(s, ']'))
        return true;
    do {
        if (!take_row(s, list, i++))
            return false;
    } while (skip(s, ','));
    return skip(s, ']');
}

/* ---- the file --------------------------------------------------------------------------------- */

/* Skips `,` and the name of a member, if that is the next. */
static bool skip_member(struct scan *s, const char *name)
{
    char *before = s->at;
    if (skip(s, ',') && skip(s, '"') && skip_word(s, name) && *s->at == '"') {
        s->at++;
        if (skip(s, ':'))
            return true;
    }
    s->at = before;
    return false;
}

/* A truth that may be missing, as in files of old. */
static bool scan_flag(struct scan *s, const char *name, bool *out)
{
    if (!skip_member(s, name))
        return true;
    s->at = skip_space(s->at);
    *out = skip_word(s, "true");
    return *out || skip_word(s, "false");
}

/* A count that may be missing. */
static bool scan_count(struct scan *s, const char *name, long long *out)
{
    struct stats_cell number = {STATS_OTHER, 0, 0, NULL};
    if (!skip_member(s, name))
        return true;
    s->at = skip_space(s->at);
    if (!scan_number(s, &number) || number.kind != STATS_INTEGER)
        return false;
    *out = number.integer;
    return *out >= 0;
}

static bool scan_head(struct scan *s, const char *format, int version)
{
    long long its = 0;
    if (!(skip(s, '{') && skip(s, '"') && skip_word(s, "format\"") && skip(s, ':') &&
          skip(s, '"') && skip_word(s, format) && *s->at == '"'))
        return false;
    s->at++;
    if (!scan_count(s, "version", &its) || its < 1 || its > version)
        return false;
    return scan_flag(s, "sampled", &s->stats->sampled) &&
           scan_flag(s, "folded", &s->stats->folded) &&
           scan_flag(s, "incomplete", &s->stats->incomplete) &&
           scan_count(s, "missed", &s->stats->missed);
}

static bool scan_file(struct scan *s, const char *format, int version)
{
    static const char *const names[STATS_LISTS] = {"functions", "edges", "contexts", "lines"};
    if (!scan_head(s, format, version))
        return false;
    for (enum stats_list list = 0; list < STATS_LISTS; list++) {
        if (skip_member(s, names[list])) {
            if (!scan_list(s, list))
                return false;
        } else if (list != STATS_LINES)
            return false;
    }
    return skip(s, '}');
}

bool stats_scan(struct xdb_stats *s, char *text, size_t len, const char *format, int version)
{
    struct scan scan = {.at = text,
                        .end = text + len,
                        .stats = s,
                        .locale = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    if (!scan.locale)
        return false;
    buffer_init(&scan.unescaped[0]);
    buffer_init(&scan.unescaped[1]);
    bool good = scan_file(&scan, format, version) && skip_space(scan.at) == scan.end;
    buffer_release(&scan.unescaped[0]);
    buffer_release(&scan.unescaped[1]);
    freelocale(scan.locale);
    if (good)
        stats_pack_lines(s);
    return good;
}
