/* core/file: all or nothing when writing, clear refusals when reading. */
#include "core/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/xdb-file-XXXXXX";
static char path_text[4096];

/* The path of a file in this test's folder. */
static const char *in(const char *name)
{
    snprintf(path_text, sizeof path_text, "%s/%s", folder, name);
    return path_text;
}

static int enter_folder(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            unlinkat(dirfd(dir), e->d_name, e->d_type == DT_DIR ? AT_REMOVEDIR : 0);
    closedir(dir);
    return chdir("/") || rmdir(folder);
}

static int count_files(void)
{
    int count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count - 2;
}

static void check_content(const char *path, const char *expected)
{
    struct buffer b;
    struct xdb_error err;
    buffer_init(&b);
    if (file_read(path, 1 << 20, &b, &err))
        fail_msg("%s", err.text);
    assert_string_equal(b.data, expected);
    buffer_release(&b);
}

static void write_text(const char *path, const char *text)
{
    struct xdb_error err;
    if (file_write_atomic(path, text, strlen(text), &err))
        fail_msg("%s", err.text);
}

static mode_t mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void a_file_is_created_and_replaced(void **state)
{
    (void)state;
    mode_t mask = umask(027);
    write_text(in("a"), "one");
    umask(mask);
    assert_int_equal(mode_of(in("a")), 0640);
    check_content(in("a"), "one");
    write_text("a", "two"); /* relative, without a folder */
    check_content("a", "two");
    write_text("a", "");
    check_content("a", "");
    assert_int_equal(count_files(), 1);
}

static void permissions_are_kept(void **state)
{
    (void)state;
    write_text("a", "one");
    chmod("a", 0751);
    write_text("a", "two");
    assert_int_equal(mode_of("a"), 0751);
}

static void other_names_of_the_old_file_keep_its_text(void **state)
{
    (void)state;
    write_text("a", "one");
    assert_int_equal(link("a", "b"), 0);
    write_text("a", "two");
    check_content("b", "one");
}

static void a_link_stays_and_its_target_is_written(void **state)
{
    (void)state;
    struct stat st;
    mkdir("sub", 0755);
    assert_int_equal(symlink("sub/../target", "second"), 0);
    assert_int_equal(symlink(in("second"), "first"), 0);
    write_text("first", "new"); /* the target does not exist yet */
    check_content("target", "new");
    write_text("first", "newer");
    check_content("target", "newer");
    assert_int_equal(lstat("first", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(count_files(), 4);
}

static void refused_writes_say_why_and_leave_nothing(void **state)
{
    (void)state;
    struct xdb_error err;
    mkdir("sub", 0755);
    write_text("plain", "x");
    assert_int_equal(symlink("round", "round"), 0);
    assert_int_equal(file_write_atomic("sub", "x", 1, &err), XDB_EINVAL);
    assert_string_equal(err.text, "cannot write sub: is a directory");
    assert_int_equal(file_write_atomic("none/a", "x", 1, &err), XDB_ENOENT);
    assert_string_equal(err.text, "cannot write none/a: No such file or directory");
    assert_int_equal(file_write_atomic("plain/a", "x", 1, &err), XDB_EIO);
    assert_string_equal(err.text, "cannot write plain/a: Not a directory");
    assert_int_equal(file_write_atomic("round", "x", 1, &err), XDB_EIO);
    assert_string_equal(err.text, "cannot write round: Too many levels of symbolic links");
    assert_int_equal(file_write_atomic("", "x", 1, &err), XDB_ENOENT);
    assert_int_equal(file_write_atomic("", "x", 1, NULL), XDB_ENOENT);
    assert_int_equal(count_files(), 3);
}

static void a_long_name_still_has_a_temporary_one(void **state)
{
    (void)state;
    char name[257];
    struct xdb_error err;
    memset(name, 'n', sizeof name);
    name[255] = '\0';
    write_text(name, "text");
    check_content(name, "text");
    name[255] = 'n';
    name[256] = '\0';
    assert_int_equal(file_write_atomic(name, "x", 1, &err), XDB_EIO);
    assert_int_equal(count_files(), 1);
}

static void a_failed_write_keeps_the_old_file(void **state)
{
    (void)state;
    struct xdb_error err;
    struct rlimit old, tight;
    static char data[100000];
    write_text("a", "old");
    getrlimit(RLIMIT_FSIZE, &old);
    tight = old;
    tight.rlim_cur = 1000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &tight);
    int result = file_write_atomic("a", data, sizeof data, &err);
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    assert_int_equal(result, XDB_EIO);
    assert_string_equal(err.text, "cannot write a: File too large");
    check_content("a", "old");
    assert_int_equal(count_files(), 1);
}

static void read_only_files_are_not_replaced(void **state)
{
    (void)state;
    struct xdb_error err;
    write_text("a", "old");
    chmod("a", 0444);
    chmod(folder, 0777);
    uid_t user = geteuid();
    if (user == 0)
        assert_int_equal(seteuid(65534), 0); /* root may write anything */
    int result = file_write_atomic("a", "new", 3, &err);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(result, XDB_EIO);
    assert_string_equal(err.text, "cannot write a: Permission denied");
    check_content("a", "old");
}

static void devices_and_pipes_are_written_directly(void **state)
{
    (void)state;
    struct xdb_error err;
    char name[64], got[8] = "";
    int ends[2];
    assert_int_equal(file_write_atomic("/dev/null", "x", 1, &err), 0);
    assert_int_equal(file_write_atomic("/dev/full", "x", 1, &err), XDB_EIO);
    assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
    assert_int_equal(pipe(ends), 0);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[1]);
    write_text(name, "text");
    assert_int_equal(read(ends[0], got, sizeof got), 4);
    assert_string_equal(got, "text");
    close(ends[0]);
    close(ends[1]);
}

static void an_open_descriptor_is_not_replaced(void **state)
{
    (void)state;
    char name[64];
    write_text("a", "before\n");
    int fd = open("a", O_WRONLY | O_APPEND);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    write_text(name, "written\n");
    assert_int_equal(write(fd, "after\n", 6), 6);
    close(fd);
    check_content("a", "before\nwritten\nafter\n");
}

static void check_refused(const char *path, size_t limit, int code, const char *text)
{
    struct buffer b;
    struct xdb_error err;
    buffer_init(&b);
    buffer_adds(&b, "kept");
    assert_int_equal(file_read(path, limit, &b, &err), code);
    assert_string_equal(err.text, text);
    assert_string_equal(b.data, "kept");
    assert_false(b.failed);
    buffer_release(&b);
}

static void what_cannot_be_read_is_said(void **state)
{
    (void)state;
    mkdir("sub", 0755);
    mkfifo("pipe", 0600);
    write_text("ten", "0123456789");
    check_refused("none", 10, XDB_ENOENT, "cannot read none: No such file or directory");
    check_refused("sub", 10, XDB_EINVAL, "cannot read sub: is a directory");
    check_refused("pipe", 10, XDB_EINVAL, "cannot read pipe: not a regular file");
    check_refused("/dev/zero", 10, XDB_EINVAL, "cannot read /dev/zero: not a regular file");
    check_refused("ten", 9, XDB_EINVAL, "cannot read ten: larger than 9 bytes");
    /* claims to be empty and is not */
    check_refused("/proc/self/status", 9, XDB_EINVAL,
                  "cannot read /proc/self/status: larger than 9 bytes");
}

static void reading_appends_up_to_the_limit(void **state)
{
    (void)state;
    struct buffer b;
    struct xdb_error err;
    buffer_init(&b);
    buffer_adds(&b, ">");
    assert_int_equal(file_write_atomic("a", "one\0two", 7, &err), 0);
    assert_int_equal(file_read("a", 7, &b, &err), 0);
    assert_int_equal(b.len, 8);
    assert_memory_equal(b.data, ">one\0two", 9);
    buffer_release(&b);
}

static void json_comes_back_as_it_was_saved(void **state)
{
    (void)state;
    struct xdb_error err;
    json_t *out = NULL;
    json_t *root = json_pack("{s:[i,f,b,n], s:s%, s:{}}", "list", 1, 0.1, 1, "text", "a\0b",
                             (size_t)3, "empty");
    assert_non_null(root);
    if (file_json_save("data", root, "xdb-test", 3, &err))
        fail_msg("%s", err.text);
    assert_int_equal(json_object_size(root), 3);
    check_content("data", "{\"format\":\"xdb-test\",\"version\":3,\"list\":[1,0.10000000000000001,"
                          "true,null],\"text\":\"a\\u0000b\",\"empty\":{}}\n");
    if (file_json_load("data", "xdb-test", 5, &out, &err))
        fail_msg("%s", err.text);
    assert_int_equal(json_integer_value(json_object_get(out, "version")), 3);
    json_object_del(out, "version");
    json_object_del(out, "format");
    assert_true(json_equal(out, root));
    json_decref(out);
    json_decref(root);
}

static void data_that_cannot_be_saved_is_refused(void **state)
{
    (void)state;
    struct xdb_error err;
    json_t *list = json_array(), *own = json_pack("{s:i}", "version", 1);
    assert_int_equal(file_json_save("a", list, "f", 1, &err), XDB_EINVAL);
    assert_int_equal(file_json_save("a", own, "f", 1, &err), XDB_EINVAL);
    assert_int_equal(file_json_save("a", NULL, "f", 1, &err), XDB_EINVAL);
    json_decref(list);
    json_decref(own);
    json_t *deep = json_object();
    for (int i = 0; i < 100000; i++) {
        json_t *outer = json_object();
        json_object_set_new(outer, "d", deep);
        deep = outer;
    }
    assert_int_equal(file_json_save("a", deep, "f", 1, &err), XDB_EINVAL);
    assert_string_equal(err.text, "cannot write a: the data is cyclic or nests too deeply");
    while (deep) { /* jansson frees recursively */
        json_t *inner = json_incref(json_object_get(deep, "d"));
        json_decref(deep);
        deep = inner;
    }
    assert_int_equal(count_files(), 0);
}

/* Each row: a text, the code and the message. */
static void bad_json_is_told_by_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"", "F:1:1: '[' or '{' expected near end of file"},
        {"{\"a\": 1,\n  oops}", "F:2:6: string or '}' expected near 'oops'"},
        {"{\"a\": 1, \"a\": 2}", "F:1:12: duplicate object key near '\"a\"'"},
        {"{\"format\": \"f\", \"version\": 1} x", "F:1:31: end of file expected near 'x'"},
        {"{\"a\": \"\xff\"}", "F:1:7: unable to decode byte 0xff near '\"'"},
        {"{\"a\": 1e999}", "F:1:11: real number overflow near '1e999'"},
        {"{\"a\": \"\x1b[31m\"}", "F:1:7: control character 0x1b near '\"'"},
        {"{\"a\": \"x\ny\"}", "F:1:8: unexpected newline near '\"x'"},
        {"5", "F:1:1: '[' or '{' expected near '5'"},
        {"[]", "F: not a file of format f"},
        {"{}", "F: not a file of format f"},
        {"{\"format\": 1, \"version\": 1}", "F: not a file of format f"},
        {"{\"format\": \"g\\n\", \"version\": 1}", "F: the format is g\\n, not f"},
        {"{\"format\": \"f\\u0000\", \"version\": 1}", "F: the format is f\\0, not f"},
        {"{\"format\": \"f\"}", "F: the version is missing or no positive integer"},
        {"{\"format\": \"f\", \"version\": 0}", "F: the version is missing or no positive integer"},
        {"{\"format\": \"f\", \"version\": 1.0}",
         "F: the version is missing or no positive integer"},
        {"{\"format\": \"f\", \"version\": 9007199254740993}",
         "F: version 9007199254740993 is newer than 2, the newest known"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct xdb_error err;
        json_t *out = NULL;
        assert_int_equal(
            file_json_parse(rows[i].text, strlen(rows[i].text), "F", "f", 2, &out, &err),
            XDB_EFORMAT);
        assert_string_equal(err.text, rows[i].message);
        assert_null(out);
    }
}

static void deep_json_is_refused(void **state)
{
    (void)state;
    static char text[1000000];
    struct xdb_error err;
    json_t *out = NULL;
    memset(text, '[', sizeof text);
    assert_int_equal(file_json_parse(text, sizeof text, "F", "f", 1, &out, &err), XDB_EFORMAT);
    assert_string_equal(err.text, "F:1:2049: maximum parsing depth reached near '['");
}

static void any_bytes_are_survived(void **state)
{
    (void)state;
    static const char good[] =
        "{\"format\": \"f\", \"version\": 1, \"list\": [1, 2.5, \"x\\u00e9\"]}";
    struct xdb_error err;
    json_t *out = NULL;
    assert_int_equal(file_json_parse(NULL, 0, "F", "f", 1, &out, &err), XDB_EFORMAT);
    for (size_t cut = 0; cut < sizeof good - 1; cut++)
        assert_int_equal(file_json_parse(good, cut, "F", "f", 1, &out, &err), XDB_EFORMAT);
    for (size_t at = 0; at < sizeof good - 1; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char text[sizeof good];
            memcpy(text, good, sizeof good);
            text[at] = (char)byte;
            out = NULL;
            int result = file_json_parse(text, sizeof good - 1, "F", "f", 1, &out, &err);
            assert_true((result == 0) == (out != NULL));
            if (result)
                assert_null(strpbrk(err.text, "\n\r\t\x1b"));
            json_decref(out);
        }
    }
}

static void a_data_file_that_is_missing_is_said(void **state)
{
    (void)state;
    struct xdb_error err;
    json_t *out = NULL;
    assert_int_equal(file_json_load("none", "f", 1, &out, &err), XDB_ENOENT);
    assert_string_equal(err.text, "cannot read none: No such file or directory");
    write_text("bad", "{");
    assert_int_equal(file_json_load("bad", "f", 1, &out, &err), XDB_EFORMAT);
    assert_memory_equal(err.text, "bad:1:1: ", 9);
    assert_null(out);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_created_and_replaced),
        TEST(permissions_are_kept),
        TEST(other_names_of_the_old_file_keep_its_text),
        TEST(a_link_stays_and_its_target_is_written),
        TEST(refused_writes_say_why_and_leave_nothing),
        TEST(a_long_name_still_has_a_temporary_one),
        TEST(a_failed_write_keeps_the_old_file),
        TEST(read_only_files_are_not_replaced),
        TEST(devices_and_pipes_are_written_directly),
        TEST(an_open_descriptor_is_not_replaced),
        TEST(what_cannot_be_read_is_said),
        TEST(reading_appends_up_to_the_limit),
        TEST(json_comes_back_as_it_was_saved),
        TEST(data_that_cannot_be_saved_is_refused),
        cmocka_unit_test(bad_json_is_told_by_its_place),
        cmocka_unit_test(deep_json_is_refused),
        cmocka_unit_test(any_bytes_are_survived),
        TEST(a_data_file_that_is_missing_is_said),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
