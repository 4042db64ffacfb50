package io.vfiotce.tools.trace;

import java.util.HashMap;
import java.util.Map;

/** Events of a QEMU log that mean something here. */
enum LogEventType {
    PUT("put", true),
    GET("get", true),
    INDIRECT("indirect", true),
    STUFF("stuff", true),
    XLATE("xlate", false),
    LIST_ENTRY("list_entry", false),
    NEW_TABLE("new_table", false),
    PRE_SAVE("pre_save", false),
    POST_LOAD("post_load", false),
    DDW_QUERY("ddw_query", false),
    DDW_CREATE("ddw_create", false),
    DDW_REMOVE("ddw_remove", false),
    DDW_RESET("ddw_reset", false);

    /** What all event names start with. */
    static final String PREFIX = "spapr_iommu_";

    private static final Map<String, LogEventType> BY_NAME = new HashMap<>();

    static {
        for (final LogEventType type : values()) {
            BY_NAME.put(PREFIX + type.suffix, type);
            if (type.hcall) {
                BY_NAME.put(PREFIX + "pci_" + type.suffix, type);
            }
        }
    }

    private final String suffix;
    private final boolean hcall;

    LogEventType(final String suffix, final boolean hcall) {
        this.suffix = suffix;
        this.hcall = hcall;
    }

    /** The event of a name, null if unknown. */
    static LogEventType ofName(final String name) {
        return BY_NAME.get(name);
    }

    boolean isHcall() {
        return hcall;
    }
}
