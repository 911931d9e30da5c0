/** The administrators' role, by its name at the provider. The backend has it in `roles.rs`. */
export const administrator = 'app:local:admin';
