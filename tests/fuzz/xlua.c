/* Any command line: read as `lua` reads it, or refused with one line; what is kept are words of it. */
#include "devmode/arguments.h"
#include "devmode/devmode.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 64 };

static void check(int holds)
{
    if (!holds)
        abort();
}

static int is_word(const char *word, int argc, char **argv)
{
    for (int i = 0; i < argc; i++)
        if (word >= argv[i] && word <= argv[i] + strlen(argv[i]))
            return 1;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1), *argv[MOST + 1];
    struct arguments a;
    struct xdb_error err = {""};
    struct xdb_devmode_filters filters = xdb_devmode_defaults().filters;
    int argc = 0;
    check(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    for (char *p = text; p && argc < MOST; argc++) { /* a line is a word */
        argv[argc] = p;
        p = strchr(p, '\n');
        if (p)
            *p++ = '\0';
    }
    argv[argc] = NULL;
    int status = arguments_parse(argc, argv, &a, &err);
    check(status >= 0 || (err.text[0] && !memchr(err.text, '\n', strlen(err.text))) || size > 0);
    check(a.script >= 0 && a.nwords <= argc && a.nfilters <= argc);
    for (int i = 0; i < a.nwords; i++)
        check(is_word(a.words[i], argc, argv));
    for (int i = 0; i < a.nfilters; i++) {
        check(is_word(a.filters[i], argc, argv));
        check(xdb_devmode_filter(&filters, a.filters[i], NULL) == 0 || status < 0);
    }
    check(status != ARGUMENTS_REFUSED || is_word(a.refused, argc, argv));
    check(status != ARGUMENTS_RUN || (a.script >= 1 && a.script <= argc) || argc == 0);
    arguments_release(&a);
    free(text);
    return 0;
}
