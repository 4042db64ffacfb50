package io.vfiotce.planted.vfio;

/** Planted: a part of VFIO that is not for external users. */
public final class Innermost {}
