/* @EXPECTED_RESULTS@: RUN-ERROR */
int main(void) { return 1; }
