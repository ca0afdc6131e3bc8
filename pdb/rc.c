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

static void queue_file(struct xdb_pdb *p, const char *path, struct buffer *all)
{
    struct buffer text;
    struct xdb_error err;
    buffer_init(&text);
    if (file_read(path, LARGEST, &text, &err) == 0) {
        buffer_add(all, text.data, text.len);
        buffer_addc(all, '\n');
    } else {
        cmd_error(p->cmd, "%s", err.text);
    }
    buffer_release(&text);
}

/* Appends the commands of the folder's start-up file, if it has one and that is not `seen`. */
static void look_in(struct xdb_pdb *p, const char *folder, bool local, struct stat *seen,
                    struct buffer *all)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct stat st;
        struct buffer path;
        buffer_init(&path);
        buffer_addf(&path, "%s/%s", folder, names[i]);
        bool found = !path.failed && stat(path.data, &st) == 0 && S_ISREG(st.st_mode);
        bool again = found && local && st.st_dev == seen->st_dev && st.st_ino == seen->st_ino;
        if (found && !again && local && !is_trusted(folder, &st))
            cmd_printf(p->cmd, "*** %s is not run: others can write it\n", names[i]);
        else if (found && !again)
            queue_file(p, path.data, all);
        buffer_release(&path);
        if (found) {
            *seen = st;
            return;
        }
    }
}

void rc_queue(struct xdb_pdb *p)
{
    struct stat seen = {0};
    struct buffer all;
    buffer_init(&all);
    if (p->home)
        look_in(p, p->home, false, &seen, &all);
    look_in(p, ".", true, &seen, &all);
    cmd_queue_lines(p->cmd, all.data, all.len, true);
    buffer_release(&all);
}
