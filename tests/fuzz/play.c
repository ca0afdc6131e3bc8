/* Plays the files of a folder to a fuzz target where there is no libFuzzer: `play FOLDER`, prints TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads a whole file of at most a megabyte; the caller frees. NULL when it cannot be read. */
static uint8_t *slurp(const char *path, size_t *size)
{
    enum { LIMIT = 1 << 20 };
    FILE *f = fopen(path, "rb");
    uint8_t *data = f ? malloc(LIMIT) : NULL;
    if (data)
        *size = fread(data, 1, LIMIT, f);
    if (f)
        fclose(f);
    return data;
}

/* Plays one file; whether it could be read. A bad input ends the process, as it should. */
static int play(const char *folder, const char *name)
{
    char path[4096];
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    uint8_t *data = slurp(path, &size);
    if (!data)
        return 0;
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    if (!dir) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    int n = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        int ok = play(argv[1], entry->d_name);
        printf("%s %d - %s\n", ok ? "ok" : "not ok", ++n, entry->d_name);
        fflush(stdout); /* so that a crash shows which file came next */
    }
    closedir(dir);
    printf("1..%d\n", n);
    return n > 0 ? 0 : 1;
}
