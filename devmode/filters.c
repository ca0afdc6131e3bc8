/* Categories and filters: the words of -W, and what is done with each finding. */
#include "core/error.h"
#include "devmode/devmode.h"

#include <string.h>

static const char *const names[XDB_DEVMODE_CATEGORIES] = {
    "ResourceWarning", "GlobalWarning", "CoroutineWarning", "RuntimeWarning", "DeprecationWarning"};

struct xdb_devmode_options xdb_devmode_defaults(void)
{
    struct xdb_devmode_options options = {.write = NULL};
    for (int i = 0; i < XDB_DEVMODE_CATEGORIES; i++)
        options.filters.action[i] = XDB_DEVMODE_DEFAULT;
    return options;
}

const char *xdb_devmode_category_name(enum xdb_devmode_category category)
{
    return (unsigned)category < XDB_DEVMODE_CATEGORIES ? names[category] : NULL;
}

int xdb_devmode_category_named(const char *name)
{
    for (int i = 0; i < XDB_DEVMODE_CATEGORIES; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

/* The action that `text` begins with, or -1; *rest is what follows its name. */
static int action_of(const char *text, const char **rest)
{
    static const char *const actions[] = {"ignore", "default", "error"};
    size_t len = strcspn(text, ":");
    *rest = text + len;
    for (int i = 0; i < 3; i++)
        if (strlen(actions[i]) == len && memcmp(text, actions[i], len) == 0)
            return i;
    return -1;
}

int xdb_devmode_filter(struct xdb_devmode_filters *filters, const char *text, struct xdb_error *err)
{
    const char *rest;
    int action = action_of(text, &rest);
    if (action < 0)
        return error_set(err, XDB_EINVAL, "-W: no such action: '%s' (default, error, ignore)",
                         text);
    int category = *rest ? xdb_devmode_category_named(rest + 1) : -1;
    if (*rest && category < 0)
        return error_set(err, XDB_EINVAL,
                         "-W: no such category: '%s' (ResourceWarning, GlobalWarning, "
                         "CoroutineWarning, RuntimeWarning, DeprecationWarning)",
                         rest + 1);
    for (int i = 0; i < XDB_DEVMODE_CATEGORIES; i++)
        if (category < 0 || category == i)
            filters->action[i] = (enum xdb_devmode_action)action;
    return XDB_OK;
}
