#include "profiler/settings.h"

#include "core/file.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

static const char format_name[] = "xprof-calibration";

int settings_path(const char *state, const char *home, struct buffer *out, struct xdb_error *err)
{
    if (state && *state == '/') /* a relative one is to be ignored */
        buffer_addf(out, "%s/xdb/profiler.json", state);
    else if (home && *home)
        buffer_addf(out, "%s/.local/state/xdb/profiler.json", home);
    else
        return error_set(err, XDB_ENOENT, "there is no home folder to remember it in");
    return out->failed ? error_set(err, XDB_ENOMEM, "not enough memory") : 0;
}

/* What tells machines apart that share a home folder. */
static void machine(struct buffer *out)
{
    struct utsname u;
    if (uname(&u) == 0)
        buffer_addf(out, "%s %s", u.nodename, u.machine);
}

/* Makes the folders that lead to the file. */
static int make_folders(const char *path, struct xdb_error *err)
{
    struct buffer folder;
    int failed = 0;
    buffer_init(&folder);
    for (const char *s = strchr(path + 1, '/'); s && !failed; s = strchr(s + 1, '/')) {
        buffer_clear(&folder);
        buffer_add(&folder, path, (size_t)(s - path));
        if (mkdir(folder.data, 0700) < 0 && errno != EEXIST)
            failed = error_set(err, XDB_EIO, "cannot make %s: %s", folder.data, strerror(errno));
    }
    buffer_release(&folder);
    return failed;
}

int settings_save_bias(const char *path, double seconds, struct xdb_error *err)
{
    struct buffer name;
    buffer_init(&name);
    machine(&name);
    int failed = make_folders(path, err);
    if (!failed) {
        json_t *root = json_pack("{s:s, s:f}", "machine", name.data, "bias", seconds);
        failed = root ? file_json_save(path, root, format_name, 1, err)
                      : error_set(err, XDB_ENOMEM, "not enough memory");
        json_decref(root);
    }
    buffer_release(&name);
    return failed;
}

int settings_load_bias(const char *path, double *seconds, struct xdb_error *err)
{
    json_t *root;
    struct buffer name;
    int failed = file_json_load(path, format_name, 1, &root, err);
    if (failed)
        return failed == XDB_ENOENT ? 0 : failed;
    buffer_init(&name);
    machine(&name);
    const char *its = json_string_value(json_object_get(root, "machine"));
    double bias = json_number_value(json_object_get(root, "bias"));
    if (its && strcmp(its, name.data) == 0 && isfinite(bias) && bias >= 0 && bias < 1)
        *seconds = bias;
    buffer_release(&name);
    json_decref(root);
    return 0;
}
