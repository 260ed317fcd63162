//===- Emitter.h - Arithmetic and addresses in a kernel ---------*- C++ -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_LIB_CODEGEN_GPU_EMITTER_H
#define QUANTC_LIB_CODEGEN_GPU_EMITTER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

namespace quantc {

/// Emits ops of arith on values of one type, i32 or index, and accesses by
/// address. Positions in a block are i32, addresses index.
class Emitter {
public:
  Emitter(mlir::OpBuilder &builder, mlir::Location loc)
      : builder(builder), loc(loc) {}

  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIntOp::create(builder, loc, value, 32);
  }
  mlir::Value index(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(builder, loc, value);
  }
  /// `value` of the type of `like`.
  mlir::Value constantLike(mlir::Value like, int64_t value) {
    return like.getType().isIndex() ? index(value) : constant(value);
  }
  mlir::Value toIndex(mlir::Value value) {
    return mlir::arith::IndexCastUIOp::create(builder, loc,
                                              builder.getIndexType(), value);
  }
  mlir::Value toI32(mlir::Value value) {
    return mlir::arith::IndexCastUIOp::create(builder, loc,
                                              builder.getI32Type(), value);
  }

  mlir::Value add(mlir::Value a, mlir::Value b) {
    return mlir::arith::AddIOp::create(builder, loc, a, b);
  }
  mlir::Value add(mlir::Value a, int64_t b) {
    return b == 0 ? a : add(a, constantLike(a, b));
  }
  mlir::Value multiply(mlir::Value a, int64_t b) {
    return b == 1 ? a
                  : mlir::arith::MulIOp::create(builder, loc, a,
                                                constantLike(a, b));
  }
  mlir::Value divide(mlir::Value a, int64_t b) {
    return b == 1 ? a
                  : mlir::arith::DivUIOp::create(builder, loc, a,
                                                 constantLike(a, b));
  }
  mlir::Value remainder(mlir::Value a, int64_t b) {
    return b == 1 ? constantLike(a, 0)
                  : mlir::arith::RemUIOp::create(builder, loc, a,
                                                 constantLike(a, b));
  }
  mlir::Value exclusiveOr(mlir::Value a, mlir::Value b) {
    return mlir::arith::XOrIOp::create(builder, loc, a, b);
  }
  mlir::Value isLess(mlir::Value a, mlir::Value b) {
    return mlir::arith::CmpIOp::create(builder, loc,
                                       mlir::arith::CmpIPredicate::ult, a, b);
  }
  mlir::Value isEqual(mlir::Value a, mlir::Value b) {
    return mlir::arith::CmpIOp::create(builder, loc,
                                       mlir::arith::CmpIPredicate::eq, a, b);
  }
  mlir::Value select(mlir::Value condition, mlir::Value a, mlir::Value b) {
    return mlir::arith::SelectOp::create(builder, loc, condition, a, b);
  }

  /// A pointer to global memory at `address`, an index.
  mlir::Value pointer(mlir::Value address) {
    mlir::Value number = mlir::arith::IndexCastUIOp::create(
        builder, loc, builder.getI64Type(), address);
    return mlir::LLVM::IntToPtrOp::create(
        builder, loc, pointerType(mlir::NVVM::NVVMMemorySpace::Global), number);
  }
  /// `bytes`, an i32, behind `pointer`.
  mlir::Value behind(mlir::Value pointer, mlir::Value bytes) {
    return mlir::LLVM::GEPOp::create(builder, loc, pointer.getType(),
                                     builder.getI8Type(), pointer,
                                     mlir::ArrayRef<mlir::LLVM::GEPArg>{bytes});
  }
  mlir::Type pointerType(mlir::NVVM::NVVMMemorySpace space) {
    return mlir::LLVM::LLVMPointerType::get(builder.getContext(),
                                            static_cast<unsigned>(space));
  }
  mlir::Value load(mlir::Type type, mlir::Value pointer, int64_t alignment) {
    return mlir::LLVM::LoadOp::create(builder, loc, type, pointer, alignment);
  }
  void store(mlir::Value value, mlir::Value pointer, int64_t alignment) {
    mlir::LLVM::StoreOp::create(builder, loc, value, pointer, alignment);
  }

  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace quantc

#endif // QUANTC_LIB_CODEGEN_GPU_EMITTER_H
