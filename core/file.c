#include "core/file.h"

#include "core/repr_text.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    LINKS_MAX = 40,      /* symbolic links followed, as the kernel does */
    NAME_ATTEMPTS = 100, /* names tried for the temporary file */
    NAME_KEPT = 64,      /* bytes of the file's name in the temporary one's */
    SAID_BYTES = 200     /* of jansson's words */
};

/* ---- reading and writing ---------------------------------------------------------------------- */

/* Says that the system refused to `doing` the path. */
static int fail(struct xdb_error *err, const char *doing, const char *path)
{
    int code = errno == ENOENT ? XDB_ENOENT : errno == ENOMEM ? XDB_ENOMEM : XDB_EIO;
    return error_set(err, code, "cannot %s %s: %s", doing, path, strerror(errno));
}

/* Like write(2), but all of it. */
static int write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* What is behind a device, a pipe or an open descriptor cannot be replaced: it is appended to. */
static int write_directly(const char *path, const char *data, size_t len, struct xdb_error *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return fail(err, "write", path);
    int result = write_all(fd, data, len) ? fail(err, "write", path) : 0;
    if (close(fd) && result == 0)
        result = fail(err, "write", path);
    return result;
}

/* The length of the folder part of a path, its slash included. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Opens the folder that holds `path`. */
static int open_folder(const char *path)
{
    struct buffer folder;
    buffer_init(&folder);
    buffer_add(&folder, path, folder_length(path));
    int fd = open(folder.len ? folder.data : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    buffer_release(&folder);
    return fd;
}

/* Makes a rename last through a crash, where the file system can promise that at all. */
static void sync_folder(const char *path)
{
    int fd = open_folder(path);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Is it one of the names that processes have for what they have open? */
static bool is_in_proc(const char *path)
{
    struct statfs fs;
    int fd = open_folder(path);
    bool result = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
    if (fd >= 0)
        close(fd);
    return result;
}

/* Replaces `path` by what the symbolic link of that name points to. 1 when it is none, -1 on errors. */
static int follow_link(struct buffer *path)
{
    char target[4096];
    ssize_t n = readlink(path->data, target, sizeof target);
    if (n < 0)
        return errno == EINVAL || errno == ENOENT ? 1 : -1;
    if ((size_t)n == sizeof target) {
        errno = ENAMETOOLONG;
        return -1;
    }
    buffer_truncate(path, target[0] == '/' ? 0 : folder_length(path->data));
    buffer_add(path, target, (size_t)n);
    return 0;
}

/*
** Puts into `real` the name of the file that `path` means, through symbolic links. Returns 1 when that is
** an open descriptor of a process, as /dev/stdout is; -1 on errors.
*/
static int resolve(const char *path, struct buffer *real)
{
    buffer_adds(real, path);
    for (int i = 0; i < LINKS_MAX; i++) {
        if (real->failed) {
            errno = ENOMEM;
            return -1;
        }
        bool process = is_in_proc(real->data);
        int done = follow_link(real);
        if (done == 0 && process)
            return 1;
        if (done)
            return done < 0 ? -1 : 0;
    }
    errno = ELOOP;
    return -1;
}

/* Creates a file beside `path`, with what the umask leaves of rw-rw-rw-; its name goes to `name`. */
static int create_beside(const char *path, struct buffer *name)
{
    static atomic_uint counter; /* names must differ between the threads of this process */
    size_t folder = folder_length(path);
    size_t length = strlen(path + folder);
    for (int i = 0; i < NAME_ATTEMPTS; i++) {
        buffer_clear(name);
        buffer_add(name, path, folder);
        buffer_addc(name, '.');
        buffer_add(name, path + folder, length < NAME_KEPT ? length : NAME_KEPT);
        buffer_addf(name, ".%ld-%u.tmp", (long)getpid(), atomic_fetch_add(&counter, 1));
        if (name->failed) {
            errno = ENOMEM;
            return -1;
        }
        int fd = open(name->data, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

/* Gives the new file the owner and the permissions of the old one. Where even the group cannot be kept,
   another group gets nothing. */
static int keep_permissions(int fd, const struct stat *old)
{
    bool kept = fchown(fd, old->st_uid, old->st_gid) == 0;
    if (!kept)
        kept = fchown(fd, (uid_t)-1, old->st_gid) == 0;
    return fchmod(fd, old->st_mode & (kept ? 0777 : 0707));
}

/* Fills the temporary file and closes it. `old` is NULL when there is no file to replace. */
static int fill(int fd, const char *data, size_t len, const struct stat *old)
{
    int result = write_all(fd, data, len);
    if (result == 0 && old)
        result = keep_permissions(fd, old);
    if (result == 0 && fsync(fd) && errno != EINVAL && errno != EROFS)
        result = -1;
    int saved = errno;
    if (close(fd) && result == 0)
        return -1;
    errno = saved;
    return result;
}

/* Replaces the regular file `real`, which the user calls `path`. */
static int replace(const char *path, const char *real, const char *data, size_t len,
                   const struct stat *old, struct xdb_error *err)
{
    struct buffer name;
    buffer_init(&name);
    int fd = create_beside(real, &name);
    int result = fd < 0 ? fail(err, "write", path) : 0;
    if (fd >= 0 && (fill(fd, data, len, old) || rename(name.data, real))) {
        result = fail(err, "write", path);
        unlink(name.data);
    }
    if (result == 0)
        sync_folder(real);
    buffer_release(&name);
    return result;
}

int file_write_atomic(const char *path, const void *data, size_t len, struct xdb_error *err)
{
    struct stat old;
    bool exists = stat(path, &old) == 0;
    if (!exists && errno != ENOENT)
        return fail(err, "write", path);
    if (exists && S_ISDIR(old.st_mode))
        return error_set(err, XDB_EINVAL, "cannot write %s: is a directory", path);
    if (exists && faccessat(AT_FDCWD, path, W_OK, AT_EACCESS))
        return fail(err, "write", path);
    if (exists && !S_ISREG(old.st_mode))
        return write_directly(path, data, len, err);
    struct buffer real;
    buffer_init(&real);
    int result = resolve(path, &real);
    if (result < 0)
        result = fail(err, "write", path);
    else if (result > 0)
        result = write_directly(path, data, len, err);
    else
        result = replace(path, real.data, data, len, exists ? &old : NULL, err);
    buffer_release(&real);
    return result;
}

static int too_large(struct xdb_error *err, const char *path, size_t limit)
{
    return error_set(err, XDB_EINVAL, "cannot read %s: larger than %zu bytes", path, limit);
}

/* Reads to the end of the file, whatever its size was said to be. */
static int read_all(int fd, const char *path, size_t limit, struct buffer *out,
                    struct xdb_error *err)
{
    char piece[16384];
    size_t start = out->len;
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n == 0)
            return 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail(err, "read", path);
        if ((size_t)n > limit - (out->len - start))
            return too_large(err, path, limit);
        buffer_add(out, piece, (size_t)n);
        if (out->failed)
            return error_set(err, XDB_ENOMEM, "cannot read %s: out of memory", path);
    }
}

/* Says why an open file is not to be read, if so. */
static int check_readable(int fd, const char *path, size_t limit, struct xdb_error *err)
{
    struct stat st;
    if (fstat(fd, &st))
        return fail(err, "read", path);
    if (S_ISDIR(st.st_mode))
        return error_set(err, XDB_EINVAL, "cannot read %s: is a directory", path);
    if (!S_ISREG(st.st_mode))
        return error_set(err, XDB_EINVAL, "cannot read %s: not a regular file", path);
    return (uintmax_t)st.st_size > limit ? too_large(err, path, limit) : 0;
}

int file_read(const char *path, size_t limit, struct buffer *out, struct xdb_error *err)
{
    if (out->failed)
        return error_set(err, XDB_ENOMEM, "cannot read %s: out of memory", path);
    size_t start = out->len;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail(err, "read", path);
    int result = check_readable(fd, path, limit, err);
    if (result == 0)
        result = read_all(fd, path, limit, out, err);
    close(fd);
    if (result < 0) {
        buffer_truncate(out, start);
        out->failed = false;
    }
    return result;
}

/* ---- JSON ------------------------------------------------------------------------------------- */

/* Could the value not be read again, or is it cyclic, which would never end? */
static bool is_too_deep(json_t *value, int levels)
{
    const char *key;
    size_t i;
    json_t *item;
    if (levels == 0)
        return json_is_object(value) || json_is_array(value);
    json_object_foreach(value, key, item)
    {
        if (is_too_deep(item, levels - 1))
            return true;
    }
    json_array_foreach(value, i, item)
    {
        if (is_too_deep(item, levels - 1))
            return true;
    }
    return false;
}

static int add_json(const char *text, size_t len, void *out)
{
    buffer_add(out, text, len);
    return ((struct buffer *)out)->failed ? -1 : 0;
}

/* `root` with its format and version before it; NULL for want of memory. */
static json_t *envelope(json_t *root, const char *format, int version)
{
    json_t *whole = json_object();
    if (whole && json_object_set_new(whole, "format", json_string(format)) == 0 &&
        json_object_set_new(whole, "version", json_integer(version)) == 0 &&
        json_object_update(whole, root) == 0)
        return whole;
    json_decref(whole);
    return NULL;
}

int file_json_text(const char *name, json_t *root, const char *format, int version,
                   struct buffer *out, struct xdb_error *err)
{
    if (!json_is_object(root) || json_object_get(root, "format") ||
        json_object_get(root, "version"))
        return error_set(err, XDB_EINVAL,
                         "cannot write %s: the data is not an object, or brings its own format",
                         name);
    if (is_too_deep(root, FILE_JSON_DEPTH))
        return error_set(err, XDB_EINVAL, "cannot write %s: the data is cyclic or nests too deeply",
                         name);
    json_t *whole = envelope(root, format, version);
    if (!whole)
        return error_set(err, XDB_ENOMEM, "cannot write %s: out of memory", name);
    struct buffer text;
    buffer_init(&text);
    int result = json_dump_callback(whole, add_json, &text, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(whole);
    buffer_addc(&text, '\n');
    if (!text.failed && result)
        result = error_set(err, XDB_EINVAL, "cannot write %s: the data is no JSON", name);
    else {
        buffer_add(out, text.data, text.len);
        result = text.failed || out->failed
                     ? error_set(err, XDB_ENOMEM, "cannot write %s: out of memory", name)
                     : 0;
    }
    buffer_release(&text);
    return result;
}

int file_json_save(const char *path, json_t *root, const char *format, int version,
                   struct xdb_error *err)
{
    struct buffer text;
    buffer_init(&text);
    int result = file_json_text(path, root, format, version, &text, err);
    if (result == 0)
        result = file_write_atomic(path, text.data, text.len, err);
    buffer_release(&text);
    return result;
}

/* Says where and why the text is no JSON. The words may quote the text: they are made visible. */
static int bad_json(const char *name, const json_error_t *why, struct xdb_error *err)
{
    struct buffer words;
    bool memory = json_error_code(why) == json_error_out_of_memory;
    buffer_init(&words);
    repr_text_visible(why->text, strlen(why->text), SAID_BYTES, &words);
    int result =
        error_set(err, memory ? XDB_ENOMEM : XDB_EFORMAT, "%s:%d:%d: %s", name,
                  why->line > 0 ? why->line : 1, why->column > 0 ? why->column : 1, words.data);
    buffer_release(&words);
    return result;
}

/* Is this a data file of the wanted kind that this program understands? */
static int check_envelope(const json_t *root, const char *name, const char *format, int max_version,
                          struct xdb_error *err)
{
    const json_t *its = json_object_get(root, "format");
    const json_t *version = json_object_get(root, "version");
    if (!json_is_string(its))
        return error_set(err, XDB_EFORMAT, "%s: not a file of format %s", name, format);
    if (strlen(format) != json_string_length(its) || strcmp(json_string_value(its), format) != 0) {
        struct buffer text;
        buffer_init(&text);
        repr_text_visible(json_string_value(its), json_string_length(its), SAID_BYTES, &text);
        error_set(err, XDB_EFORMAT, "%s: the format is %s, not %s", name, text.data, format);
        buffer_release(&text);
        return XDB_EFORMAT;
    }
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return error_set(err, XDB_EFORMAT, "%s: the version is missing or no positive integer",
                         name);
    if (json_integer_value(version) > max_version)
        return error_set(err, XDB_EFORMAT,
                         "%s: version %" JSON_INTEGER_FORMAT " is newer than %d, the newest known",
                         name, json_integer_value(version), max_version);
    return 0;
}

int file_json_parse(const char *text, size_t len, const char *name, const char *format,
                    int max_version, json_t **out, struct xdb_error *err)
{
    json_error_t why;
    json_t *root = json_loadb(len ? text : "", len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
    if (!root)
        return bad_json(name, &why, err);
    int result = check_envelope(root, name, format, max_version, err);
    if (result < 0)
        json_decref(root);
    else
        *out = root;
    return result;
}

int file_json_load(const char *path, const char *format, int max_version, json_t **out,
                   struct xdb_error *err)
{
    struct buffer text;
    buffer_init(&text);
    int result = file_read(path, FILE_JSON_LIMIT, &text, err);
    if (result == 0)
        result = file_json_parse(text.data, text.len, path, format, max_version, out, err);
    buffer_release(&text);
    return result;
}
