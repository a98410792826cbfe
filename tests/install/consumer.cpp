// What a program over an installed libsecenv looks like, in C++.
#include <secenv.hpp>

#include <iostream>

int main() {
    const auto key = secenv::rsa::secret_key::generate(2048);
    key.public_key().verify("text", key.sign("text"));
    std::cout << SECENV_VERSION << '\n';
}
