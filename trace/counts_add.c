/* Adding to a file of counts while others do the same: lock, read, add up, replace, unlock. */
#include "core/file.h"
#include "trace/counts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BAD_NAMES = 1000 /* tried for a file to be kept */ };

/* `.NAME.lock` in the same folder. */
static void lock_name(const char *path, struct buffer *out)
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) + 1 : 0;
    buffer_add(out, path, folder);
    buffer_addf(out, ".%s.lock", path + folder);
}

static int wait_for(int fd)
{
    int result;
    do
        result = flock(fd, LOCK_EX);
    while (result < 0 && errno == EINTR);
    return result;
}

/* Whether the open file is still the one of that name: who had the lock before removed its file. */
static bool is_current(int fd, const char *name)
{
    struct stat open_one, named;
    return fstat(fd, &open_one) == 0 && stat(name, &named) == 0 &&
           open_one.st_ino == named.st_ino && open_one.st_dev == named.st_dev;
}

/* The lock, or -1 with errno. */
static int take_lock(const char *name)
{
    for (;;) {
        int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (fd < 0)
            return -1;
        if (wait_for(fd) < 0) {
            int saved = errno;
            close(fd);
            errno = saved;
            return -1;
        }
        if (is_current(fd, name))
            return fd;
        close(fd);
    }
}

/* The file goes while it is still locked: who waits for it will see, and make a new one. */
static void release_lock(int fd, const char *name)
{
    unlink(name);
    close(fd);
}

/* Moves a file that cannot be understood out of the way. */
static int keep_bad(const char *path, const struct xdb_error *why, struct buffer *said,
                    struct xdb_error *err)
{
    struct buffer name;
    int failed = 0;
    buffer_init(&name);
    for (int i = 1; i <= BAD_NAMES; i++) {
        buffer_clear(&name);
        buffer_addf(&name, i == 1 ? "%s.bad" : "%s.bad%d", path, i);
        failed = renameat2(AT_FDCWD, path, AT_FDCWD, name.data, RENAME_NOREPLACE);
        if (failed == 0 || errno != EEXIST)
            break;
    }
    if (failed && errno == EINVAL) /* a file system that cannot promise it */
        failed = access(name.data, F_OK) == 0 ? -1 : rename(path, name.data);
    if (failed)
        failed =
            error_set(err, XDB_EIO, "cannot keep %s as %s: %s", path, name.data, strerror(errno));
    else if (said)
        buffer_addf(said, "%s; kept as %s\n", why->text, name.data);
    buffer_release(&name);
    return failed;
}

/* What the file holds, added to `all`. */
static int add_old(const char *path, struct results *all, struct buffer *said,
                   struct xdb_error *err)
{
    struct results *old;
    struct xdb_error why;
    int failed = counts_load(path, &old, &why);
    if (failed == XDB_ENOENT)
        return 0;
    if (failed == XDB_EFORMAT)
        return keep_bad(path, &why, said, err);
    if (failed)
        return error_set(err, failed, "%s", why.text);
    failed = results_merge(all, old, err);
    results_free(old);
    return failed;
}

static int add_locked(const char *path, struct results *r, struct buffer *said,
                      struct xdb_error *err)
{
    struct results *all = results_new();
    if (!all)
        return error_set(err, XDB_ENOMEM, "cannot write %s: out of memory", path);
    int failed = add_old(path, all, said, err);
    if (!failed)
        failed = results_merge(all, r, err);
    if (!failed)
        failed = counts_save(path, all, err);
    results_free(all);
    return failed;
}

int counts_add(const char *path, struct results *r, struct buffer *said, struct xdb_error *err)
{
    struct buffer name;
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
        return counts_save(path, r, err); /* a device holds nothing; a folder is refused */
    /* Through links, so that all who mean one file share one lock. */
    char *real = realpath(path, NULL);
    buffer_init(&name);
    lock_name(real ? real : path, &name);
    free(real);
    int fd = name.failed ? (errno = ENOMEM, -1) : take_lock(name.data);
    int failed = 0;
    if (fd < 0)
        failed = error_set(err, errno == ENOENT ? XDB_ENOENT : XDB_EIO, "cannot write %s: %s", path,
                           strerror(errno));
    else
        failed = add_locked(path, r, said, err);
    if (fd >= 0)
        release_lock(fd, name.data);
    buffer_release(&name);
    return failed;
}
