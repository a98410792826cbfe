//! Vector registers, which keep what was copied last.
//!
//! A program that binds lazily calls the dynamic linker at its next call, and that saves these registers on the stack: 64
//! bytes of a plaintext were found there.
//!
//! Why unsafe is allowed here: only the processor's own instructions clear its registers.
#![expect(unsafe_code, reason = "instructions that write registers which no caller expects to keep")]

/// Clears the vector registers that a function may leave as it likes.
#[cfg(all(target_arch = "x86_64", unix))]
pub fn clear_vectors() {
    if std::is_x86_feature_detected!("avx512vl") {
        // SAFETY: the processor has AVX-512 with short vectors.
        unsafe { clear_512() }
    } else if std::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has AVX; a System V function may change all vector registers.
        unsafe { core::arch::asm!("vzeroall", clobber_abi("sysv64"), options(nomem, nostack, preserves_flags)) }
    } else {
        // SAFETY: as above, with the registers of every x86-64.
        unsafe {
            core::arch::asm!(
                ".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
                "xorps xmm\\n, xmm\\n",
                ".endr",
                clobber_abi("sysv64"),
                options(nomem, nostack, preserves_flags)
            );
        }
    }
}

#[cfg(all(target_arch = "x86_64", unix))]
#[target_feature(enable = "avx512vl")]
fn clear_512() {
    // SAFETY: as above; `vzeroall` leaves the upper sixteen alone, and a short write clears the rest.
    unsafe {
        core::arch::asm!(
            "vzeroall",
            ".irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31",
            "vpxord xmm\\n, xmm\\n, xmm\\n",
            ".endr",
            clobber_abi("sysv64"),
            options(nomem, nostack, preserves_flags)
        );
    }
}

/// Clears the vector registers in which the dynamic linker looks for arguments.
#[cfg(all(target_arch = "aarch64", unix))]
pub fn clear_vectors() {
    // SAFETY: a function may change v0 to v7.
    unsafe {
        core::arch::asm!(
            ".irp n, 0, 1, 2, 3, 4, 5, 6, 7",
            "movi v\\n\\().2d, #0",
            ".endr",
            clobber_abi("C"),
            options(nomem, nostack, preserves_flags)
        );
    }
}

/// Elsewhere nothing is known to save them.
#[cfg(not(all(any(target_arch = "x86_64", target_arch = "aarch64"), unix)))]
pub fn clear_vectors() {}
