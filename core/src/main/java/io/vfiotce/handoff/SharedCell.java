package io.vfiotce.handoff;

/**
 * Where the cell of a vCPU lies in the request file.
 *
 * @param index number of the cell
 * @param lastNumber number of its last request; the next vCPU goes on from there
 * @param requestWord first word of the cell
 * @param listWord first word of the list page
 */
record SharedCell(int index, long lastNumber, int requestWord, int listWord) {}
