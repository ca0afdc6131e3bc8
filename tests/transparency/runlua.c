/*
** `lua` rebuilt on cli/script with nothing attached: runlua [options] [script [args]]. It takes the options of
** `lua` that cli/script knows (-E -W -e -l --) and no others. What the transparency tests run first: when a tool
** differs from `lua` and this does not, the tool is to blame.
*/
#include "cli/script.h"

#include <string.h>

/* How many of the words are options and their values. */
static int count_switches(int argc, char **argv)
{
    int n = 0;
    while (n < argc && argv[n][0] == '-' && argv[n][1] != '\0') {
        const char *option = argv[n++];
        if (strcmp(option, "--") == 0)
            break;
        if ((option[1] == 'e' || option[1] == 'l') && option[2] == '\0' && n < argc)
            n++;
    }
    return n;
}

int main(int argc, char **argv)
{
    int n = count_switches(argc - 1, argv + 1);
    struct script_options options = {
        .nswitches = n,
        .switches = argv + 1,
        .argc = argc - 1 - n,
        .argv = argv + 1 + n,
    };
    return script_run(&options, NULL);
}
