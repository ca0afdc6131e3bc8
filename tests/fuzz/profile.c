/* A profile from anywhere: loaded, merged with itself, ordered, printed, written and loaded again. */
#include "profiler/export.h"
#include "profiler/stats_rows.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void drop(void *user, const char *text, size_t n)
{
    (void)user, (void)text, (void)n;
}

/* Both readers of files agree: a member that we never write keeps the quick one from reading `its`. */
static void compare_readers(const uint8_t *data, size_t size)
{
    struct xdb_stats *mine = xdb_stats_new(), *its = xdb_stats_new();
    struct buffer text, unusual, again;
    buffer_init(&text);
    buffer_init(&unusual);
    buffer_init(&again);
    buffer_add(&text, (const char *)data, size);
    if (stats_scan(mine, text.data, size, "xdb-profile", 1)) {
        size_t head = strcspn(text.data, "{") + 1;
        buffer_adds(&unusual, "{\"else\": 0, ");
        buffer_add(&unusual, text.data + head, size - head);
        if (stats_parse(its, unusual.data, unusual.len, "its", NULL) < 0)
            abort();
        buffer_clear(&text);
        stats_write_json(mine, &text);
        stats_write_json(its, &again);
        if (strcmp(text.data, again.data) != 0)
            abort();
    } else if (size && memcmp(text.data, data, size) != 0)
        abort();
    buffer_release(&text);
    buffer_release(&unusual);
    buffer_release(&again);
    xdb_stats_free(mine);
    xdb_stats_free(its);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xdb_error err = {""};
    struct xdb_stats *s = xdb_stats_new(), *again = xdb_stats_new();
    struct buffer text;
    static const char *const keys[] = {"cumulative", "nfl"};
    compare_readers(data, size);
    int code = stats_parse(s, (const char *)data, size, "fuzz", &err);
    if (code < 0 && (s->nfunctions || !*err.text || strchr(err.text, '\n')))
        abort();
    buffer_init(&text);
    if (code == 0) {
        stats_write_json(s, &text);
        if (stats_parse(again, text.data, text.len, "again", &err) < 0 ||
            again->nfunctions != s->nfunctions || again->nedges != s->nedges)
            abort();
        xdb_stats_add(s, again, &err);
        xdb_stats_strip_dirs(s, &err);
        xdb_stats_sort(s, keys, 2, &err);
        for (int table = XDB_STATS_FUNCTIONS; table <= XDB_STATS_CALLEES; table++)
            xdb_stats_print(s, (enum xdb_stats_table)table, NULL, 0, drop, NULL, &err);
        for (const struct exporter *const *e = exporters; *e; e++) {
            buffer_clear(&text);
            (*e)->write(s, &text, &err);
        }
    }
    buffer_release(&text);
    xdb_stats_free(s);
    xdb_stats_free(again);
    return 0;
}
