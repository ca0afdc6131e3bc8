#include "profiler/export.h"

#include <string.h>

const struct exporter *const exporters[] = {&exporter_text, &exporter_json, &exporter_csv, NULL};

const struct exporter *exporter_find(const char *name)
{
    for (const struct exporter *const *e = exporters; *e; e++)
        if (strcmp((*e)->name, name) == 0)
            return *e;
    return NULL;
}
