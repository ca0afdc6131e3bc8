/*
** The debugger with its answers kept apart from the program's output: `continue`, then `quit`. Its exit
** status is the program's, as far as the debugger's words tell.
*/
#include "pdb/pdb.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const char *const commands[] = {"continue", "quit"};
    char *said = NULL;
    size_t n;
    FILE *out = open_memstream(&said, &n), *in = fopen("/dev/null", "r");
    struct xdb_pdb *p = !out || !in
                            ? NULL
                            : xdb_pdb_new(&(struct xdb_pdb_config){
                                  .in = in, .out = out, .commands = commands, .ncommands = 2});
    if (!p)
        return EXIT_FAILURE;
    int status = xdb_pdb_run_script(p, NULL, argc - 1, argv + 1);
    xdb_pdb_free(p);
    fclose(in);
    fclose(out);
    static const char exited[] = "Exit status: ";
    const char *number = strstr(said, exited);
    if (strstr(said, "Uncaught exception"))
        status = EXIT_FAILURE;
    if (number)
        status = atoi(number + sizeof exited - 1);
    free(said);
    return status;
}
