//! What the headers ask of a compiler.
#pragma once

#if defined(_MSVC_LANG)
#if _MSVC_LANG < 201703L
#error "libsecenv's C++ headers need C++17: compile with /std:c++17 or later"
#endif
#elif !defined(__cplusplus) || __cplusplus < 201703L
#error "libsecenv's C++ headers need C++17: compile with -std=c++17 or later"
#endif

/// On what is given back a view or a pointer into: the compiler says so if that would outlive its owner (clang by
/// default, Visual C++ in its code analysis; gcc has no such check).
#if defined(__clang__) && __has_cpp_attribute(clang::lifetimebound)
#define SECENV_LIFETIMEBOUND [[clang::lifetimebound]]
#elif defined(_MSC_VER) && __has_cpp_attribute(msvc::lifetimebound)
#define SECENV_LIFETIMEBOUND [[msvc::lifetimebound]]
#else
#define SECENV_LIFETIMEBOUND
#endif
