/*
** Writes a manual page with the line `@COMMANDS@` replaced by the reference of the debugger's commands, from
** the table that `help` shows: reference PAGE.scd. Part of the build; not installed.
*/
#include "pdb/pdb_state.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* scdoc's own characters stand for themselves. */
static void put_escaped(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strchr("\\*_`#~<>", s[i]) && s[i])
            putchar('\\');
        putchar(s[i]);
    }
}

/* Lines behind each other, as one paragraph; an empty line ends it. */
static void put_paragraphs(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        putchar('\t');
        put_escaped(text, n);
        putchar('\n');
        text += n + (text[n] == '\n');
    }
}

static void put_example(const char *text)
{
    printf("\n\t```\n");
    while (*text) {
        size_t n = strcspn(text, "\n");
        printf("\t%.*s\n", (int)n, text);
        text += n + (text[n] == '\n');
    }
    printf("\t```\n");
}

static void put_row(const struct cmd_row *row)
{
    printf("*");
    put_escaped(row->usage, strcspn(row->usage, "\n"));
    printf("*\n");
    put_paragraphs(row->summary);
    if (row->help)
        put_paragraphs(row->help);
    if (row->example)
        put_example(row->example);
    putchar('\n');
}

static void put_commands(void)
{
    const char *group = "";
    for (const struct cmd_row *row = commands_rows; row->names; row++) {
        if (strcmp(row->group, group) != 0) {
            printf("## %c", toupper((unsigned char)row->group[0]));
            put_escaped(row->group + 1, strcspn(row->group + 1, ":"));
            printf("\n\n");
        }
        group = row->group;
        put_row(row);
    }
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t room = 0;
    FILE *page = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (!page) {
        fprintf(stderr, "usage: reference PAGE.scd\n");
        return 2;
    }
    while (getline(&line, &room, page) > 0) {
        if (strcmp(line, "@COMMANDS@\n") == 0)
            put_commands();
        else
            fputs(line, stdout);
    }
    free(line);
    fclose(page);
    return ferror(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
