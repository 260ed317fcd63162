; RUN: llc -mcpu=x86-64-v4 %s -o - | FileCheck %s

; One byte is to be stored; two are, of which the second is no part of the vector. This
; is why quantc makes an ordinary store of such a one (lib/Target/ScalarizeStores.cpp);
; once upstream stores a byte, it need not.

; CHECK-LABEL: store:
; CHECK:         vpextrw $0, %xmm0, (%rdi)
target triple = "x86_64-unknown-linux-gnu"

define void @store(ptr %place, <8 x i16> %wide) {
  %bytes = trunc <8 x i16> %wide to <8 x i8>
  call void @llvm.masked.store.v8i8.p0(<8 x i8> %bytes, ptr align 1 %place,
      <8 x i1> <i1 true, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false, i1 false>)
  ret void
}
