

   -- nothing but a comment