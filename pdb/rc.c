/*
** Start-up files: `.xdbrc`, or where there is none `.pdbrc`, in the home folder and then in the current one.
** They hold commands. A local one is run only when nobody else could have put it there.
*/
#include "pdb/pdb_state.h"

#include "core/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 1024 * 1024 }; /* bytes of a start-up file */

static const char *const names[] = {".xdbrc", ".pdbrc"};

/* Whether the file and its folder are the user's alone to write. */
static bool is_trusted(const char *folder, const struct stat *file)
{
    struct stat st;
    uid_t user = geteuid();
    const mode_t others = S_IWGRP | S_IWOTH;
    if (stat(folder, &st) != 0)
        return false;
    if ((file->st_uid != user && file->st_uid != 0) || (file->st_mode & others))
        return false;
    return (st.st_uid == user || st.st_uid == 0) && !(st.st_mode & others);
}

static void queue_file(struct xdb_pdb *p, const char *path)
{
    struct buffer text;
    struct xdb_error err;
    buffer_init(&text);
    if (file_read(path, LARGEST, &text, &err) < 0)
        cmd_error(p->cmd, "%s", err.text);
    else if (!cmd_queue_file(p->cmd, path, text.data, text.len, true))
        cmd_error(p->cmd, "cannot read %s: not enough memory", path);
    buffer_release(&text);
}

/* Whether `path` (an empty buffer) could be made the start-up file of the folder. */
static bool find(const char *folder, struct buffer *path, struct stat *st)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        buffer_truncate(path, 0);
        buffer_addf(path, "%s%s%s", folder, *folder ? "/" : "", names[i]);
        if (!path->failed && stat(path->data, st) == 0 && S_ISREG(st->st_mode))
            return true;
    }
    return false;
}

/* What is queued last runs first. */
void rc_queue(struct xdb_pdb *p)
{
    struct stat home_file, local_file;
    struct buffer home, local;
    buffer_init(&home);
    buffer_init(&local);
    bool at_home = p->home && find(p->home, &home, &home_file);
    bool here = find("", &local, &local_file);
    bool same = at_home && here && home_file.st_dev == local_file.st_dev &&
                home_file.st_ino == local_file.st_ino;
    if (here && !same && !is_trusted(".", &local_file))
        cmd_printf(p->cmd, "*** %s is not run: others can write it\n", local.data);
    else if (here && !same)
        queue_file(p, local.data);
    if (at_home)
        queue_file(p, home.data);
    buffer_release(&home);
    buffer_release(&local);
}
