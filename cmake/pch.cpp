// Owner of the precompiled header, see QuantcTargets.cmake.
