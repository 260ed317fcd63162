//===- Message.h - Sentences without a C library --------------------------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_RUNTIME_EMBEDDED_MESSAGE_H
#define QUANTC_LIB_RUNTIME_EMBEDDED_MESSAGE_H

#include "quantc/Runtime/Embedded/StateLayout.h"

namespace quantc {

/// A sentence, cut off where it does not fit.
class Message {
public:
  Message() { text[0] = 0; }

  Message &operator<<(const char *part) {
    while (*part && end < kReasonBytes - 1)
      text[end++] = *part++;
    text[end] = 0;
    return *this;
  }
  Message &operator<<(uint64_t value) {
    constexpr int kDigits = 20; // of 2^64
    char digits[kDigits + 1];
    char *first = digits + kDigits;
    *first = 0;
    do
      *--first = static_cast<char>('0' + value % 10);
    while (value /= 10);
    return *this << first;
  }
  bool isEmpty() const { return end == 0; }
  bool endsWith(const char *part) const {
    uint64_t length = 0;
    while (part[length])
      ++length;
    if (length > end)
      return false;
    for (uint64_t index = 0; index < length; ++index)
      if (text[end - length + index] != part[index])
        return false;
    return true;
  }
  const char *get() const { return text; }

private:
  char text[kReasonBytes];
  uint64_t end = 0;
};

} // namespace quantc

#endif // QUANTC_LIB_RUNTIME_EMBEDDED_MESSAGE_H
