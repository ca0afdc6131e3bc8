/*
** The parts of the page that the html exporter writes: what stands before the data, and after. Constant texts.
*/
#ifndef XDB_PROFILER_EXPORT_PAGE_H
#define XDB_PROFILER_EXPORT_PAGE_H

extern const char export_page_head[], export_page_style[], export_page_program[],
    export_page_tail[];

#endif
