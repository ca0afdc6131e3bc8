#include "core/public/version.h"

const char *xdb_version(void)
{
    return XDB_VERSION;
}
