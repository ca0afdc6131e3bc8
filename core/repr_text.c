#include "core/repr_text.h"

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLOAT_SIZE = 400 }; /* "%.1f" of what is printed without exponent, and any "%.16e" */

static bool reads_back(double x, int decimals)
{
    char text[FLOAT_SIZE];
    snprintf(text, sizeof text, "%.*e", decimals, x);
    return strtod(text, NULL) == x;
}

/* How many decimals of scientific notation the value needs. 16 always suffice. */
static int decimals_of(double x)
{
    int low = 0, high = 16;
    while (low < high) {
        int middle = (low + high) / 2;
        if (reads_back(x, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Adds printf's text of a number with `.` for whatever the locale's decimal point is. */
static void add_delocalized(const char *s, size_t n, struct buffer *out)
{
    bool point = false;
    for (size_t i = 0; i < n; i++) {
        if ((s[i] >= '0' && s[i] <= '9') || s[i] == '-') {
            buffer_addc(out, s[i]);
        } else if (!point) {
            buffer_addc(out, '.');
            point = true;
        }
    }
}

static void add_finite(double x, struct buffer *out)
{
    char text[FLOAT_SIZE];
    int decimals = decimals_of(x);
    snprintf(text, sizeof text, "%.*e", decimals, x);
    const char *e = strchr(text, 'e');
    int exponent = (int)strtol(e + 1, NULL, 10);
    if (exponent >= -4 && exponent < 16) {
        int places = decimals - exponent;
        int n = snprintf(text, sizeof text, "%.*f", places > 1 ? places : 1, x);
        add_delocalized(text, (size_t)n, out);
    } else {
        add_delocalized(text, (size_t)(e - text), out);
        buffer_addf(out, "e%d", exponent);
    }
}

void repr_text_float(double x, struct buffer *out)
{
    if (isnan(x))
        buffer_adds(out, signbit(x) ? "-nan" : "nan");
    else if (isinf(x))
        buffer_adds(out, x < 0 ? "-math.huge" : "math.huge");
    else
        add_finite(x, out);
}

void repr_text_integer(long long i, struct buffer *out)
{
    if (i == LLONG_MIN)
        buffer_adds(out, "math.mininteger"); /* its digits would read back as a float */
    else
        buffer_addf(out, "%lld", i);
}

/* The length of the UTF-8 character at `s`, its code in `*code`; 0 when it is not one. */
static size_t character(const unsigned char *s, size_t n, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (s[0] > 0xF4 || len == 0 || len > n)
        return 0;
    uint32_t c = len == 1 ? s[0] : s[0] & (0x7Fu >> len);
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (s[i] & 0x3Fu);
    }
    if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *code = c;
    return len;
}

/* Characters above ASCII that steer a terminal or the order of the text around them. */
static bool is_treacherous(uint32_t c)
{
    return (c >= 0x80 && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static void add_byte_escape(unsigned char c, unsigned char next, struct buffer *out)
{
    buffer_addf(out, next >= '0' && next <= '9' ? "\\%03d" : "\\%d", c);
}

/* Adds the first character of `s`, or its escape, and returns how many bytes of `s` that were. */
static size_t add_character(const unsigned char *s, size_t n, bool quoted, struct buffer *out)
{
    uint32_t code = 0;
    size_t len = character(s, n, &code);
    if (s[0] == '\n') {
        buffer_adds(out, "\\n");
    } else if (len == 0 || code < ' ' || code == 0x7F) {
        add_byte_escape(s[0], n > 1 ? s[1] : 0, out);
        return 1;
    } else if (is_treacherous(code)) {
        buffer_addf(out, "\\u{%X}", (unsigned)code);
    } else {
        if (quoted && (code == '"' || code == '\\'))
            buffer_addc(out, '\\');
        buffer_add(out, (const char *)s, len);
    }
    return len;
}

/* Where a text of `n` bytes is cut so that no character is split. */
static size_t cut_at(const unsigned char *s, size_t n, size_t limit)
{
    if (n <= limit)
        return n;
    for (size_t back = 1; back < 4 && back <= limit; back++) {
        uint32_t code;
        if (character(s + limit - back, n - (limit - back), &code) > back)
            return limit - back;
    }
    return limit;
}

static void add_text(const char *text, size_t n, size_t limit, bool quoted, struct buffer *out)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t end = cut_at(s, n, limit);
    if (quoted)
        buffer_addc(out, '"');
    for (size_t i = 0; i < end && !out->failed;)
        i += add_character(s + i, end - i, quoted, out);
    if (quoted)
        buffer_addc(out, '"');
    if (end < n)
        buffer_adds(out, "...");
}

void repr_text_quoted(const char *s, size_t n, size_t limit, struct buffer *out)
{
    add_text(s, n, limit, true, out);
}

void repr_text_visible(const char *s, size_t n, size_t limit, struct buffer *out)
{
    add_text(s, n, limit, false, out);
}

static const char no_character[] = "\xEF\xBF\xBD";

void repr_text_utf8(const char *s, size_t n, struct buffer *out)
{
    for (size_t i = 0; i < n;) {
        uint32_t code;
        size_t len = character((const unsigned char *)s + i, n - i, &code);
        buffer_add(out, len ? s + i : no_character, len ? len : strlen(no_character));
        i += len ? len : 1;
    }
}

void repr_text_json(const char *s, size_t n, bool in_page, struct buffer *out)
{
    size_t plain = 0; /* since where nothing needed a change */
    buffer_addc(out, '"');
    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        size_t len = character((const unsigned char *)s + i, n - i, &code);
        if (len && code >= ' ' && code != '"' && code != '\\' && (code != '<' || !in_page)) {
            i += len;
            continue;
        }
        buffer_add(out, s + plain, i - plain);
        if (len == 0)
            buffer_adds(out, no_character);
        else if (code == '"' || code == '\\')
            buffer_addf(out, "\\%c", (char)code);
        else
            buffer_addf(out, "\\u%04x", (unsigned)code);
        i += len ? len : 1;
        plain = i;
    }
    buffer_add(out, s + plain, n - plain);
    buffer_addc(out, '"');
}
