//===- SectionFuzzer.cpp - Decodes any bytes, codes any tensors ---------===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "quantc/Support/Coding/RansVectors.h"
#include "quantc/Support/Coding/SectionEncoder.h"

#include <cstdlib>
#include <cstring>

using namespace quantc;

namespace {

constexpr uint64_t kScratchBytes = 4096;

struct alignas(64) Memory {
  uint8_t bytes[1 << 16];
};
Memory memory;

using Tensors = std::vector<std::vector<int8_t>>;

/// Fills `tensors`, which have their sizes; what is behind one that is damaged
/// stays as it is.
bool decode(const std::vector<uint8_t> &section, Tensors &tensors,
            SectionDecoder::DecodeRounds rounds) {
  uint64_t bytes = SectionDecoder::countMemoryBytes(kScratchBytes);
  if (bytes > sizeof(Memory))
    std::abort();
  SectionDecoder decoder(section.data(), section.size(), memory.bytes, bytes,
                         rounds);
  for (std::vector<int8_t> &tensor : tensors)
    if (!decoder.read(tensor.data(), tensor.size()))
      return false;
  return decoder.isComplete();
}

/// The first byte is the size of each of four tensors, in units of 4 bytes; a
/// checksum that is right is put before the others.
void decodeAny(const uint8_t *data, size_t size) {
  Tensors tensors(4, std::vector<int8_t>(4 * data[0]));
  uint32_t checksum = computeChecksum(data + 1, size - 1);
  std::vector<uint8_t> section(sizeof(checksum));
  std::memcpy(section.data(), &checksum, sizeof(checksum));
  section.insert(section.end(), data + 1, data + size);
  Tensors others = tensors;
  bool isIntact = decode(section, tensors, decodeRounds);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw") &&
      (decode(section, others, decodeRoundsAVX512) != isIntact ||
       others != tensors))
    std::abort();
#endif
}

/// The bytes are two tensors.
void codeAny(const uint8_t *data, size_t size) {
  if (size < 4)
    return;
  uint32_t rows = data[0] % 8 + 1, taps = data[1] % 10 + 1;
  auto type = static_cast<PlainTensor::Type>(data[2] % 3);
  bool areRans = data[3] % 2, areFew = data[3] & 2, areMultiples = data[3] & 4,
       areVectors = data[3] & 8;
  data += 4;
  size -= 4;
  auto channels = static_cast<uint32_t>(size / 2 / rows / taps);
  auto words = static_cast<uint32_t>(size / 2 / 4);
  if (words == 0)
    return;
  std::vector<int8_t> elements(data, data + size);
  if (areFew) // 16 levels, far apart
    for (int8_t &element : elements)
      element &= 0b10100101;
  if (areMultiples) // of a number for each 32
    for (size_t index = 0; index < size; ++index)
      elements[index] = static_cast<int8_t>(
          (elements[index] % 8) * static_cast<int>(index / 32 % 15 + 1));
  if (areVectors) // of the first 16 elements
    for (size_t index = 16; index < size; ++index)
      elements[index] = elements[(elements[index / 4 * 4] & 3) * 4 + index % 4];
  std::vector<PlainTensor> plain;
  if (channels > 0)
    plain.push_back(
        {PlainTensor::Type::I8, {rows, taps, channels}, elements.data()});
  plain.push_back({type,
                   {type == PlainTensor::Type::I8 ? 4 * words : words, 1, 1},
                   elements.data() + size / 2});
  CodedSection section =
      encodeSection(plain, listEncodings(plain, areRans ? Encoding::Rans
                                                        : Encoding::Context));
  if (section.scratchBytes > kScratchBytes)
    return;
  Tensors tensors;
  for (const PlainTensor &tensor : plain)
    tensors.emplace_back(tensor.countBytes());
  if (!decode(section.bytes, tensors, decodeRounds))
    std::abort();
  for (size_t index = 0; index < plain.size(); ++index)
    if (std::memcmp(tensors[index].data(), plain[index].data,
                    plain[index].countBytes()) != 0)
      std::abort();
}

} // namespace

// Whatever a section holds is decoded to something or refused, by all decoders
// alike; what is coded is decoded as it was.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2)
    return 0;
  if (data[0] % 2)
    decodeAny(data + 1, size - 1);
  else
    codeAny(data + 1, size - 1);
  return 0;
}
